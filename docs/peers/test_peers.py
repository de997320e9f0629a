"""The parts of the comparison that its figures depend on."""

import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import duckdb
import pytest

from door import Door, certificates
from landed import by_ingestr
from portal import TYPES, Truth

PORTAL = """\
portal 7654321 type=STANDARD
label contacts USER_DEFINED:1 "Advisor" companies USER_DEFINED:2 "Advised by"
limit deals contacts USER_DEFINED:9 3
contacts 101 email=bo@example.com
contacts 102 archived=2021-05-10T15:06:10.376Z
contacts 103 merged=101
companies 201 name="Archived goods"
companies 209 absent
line_items 5 name=Grinder
contacts 101 -> companies 201 USER_DEFINED:1
contacts 102 -> companies 201
contacts 101 ->> companies 209 HUBSPOT_DEFINED:1 HUBSPOT_DEFINED:279
contacts 101 -> line_items 5
defect edge_endpoint_absent contacts 101 companies 209 HUBSPOT_DEFINED:279
"""


def test_truth_of_a_portal():
    truth = Truth(PORTAL)
    contact, company = ("contacts", 101), ("companies", 201)
    assert truth.live == {contact, company}
    assert truth.archived == {("contacts", 102)}
    assert truth.pairs == {(contact, company), (company, contact), (contact, ("companies", 209))}
    assert truth.edges == 2 + 2 + 2


def test_ids_that_ingestr_damaged_are_counted(tmp_path):
    for start in TYPES:
        deals = """[{"deals_id":"20000017745"},{"deals_id":"2.0000017746e+10"}]""" if start == "contacts" else None
        record = duckdb.sql("SELECT '101' AS hs_object_id, $deals AS deals", params={"deals": deals})
        record.write_parquet(str(tmp_path / f"{start}.parquet"))
    landed = by_ingestr(tmp_path)
    contact = ("contacts", 101)
    assert landed.pairs == {(contact, ("deals", 20000017745)), (contact, ("deals", 20000017746))}
    assert landed.damaged == 1


class Host(BaseHTTPRequestHandler):
    """Tells the path that it was asked for."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def door(tmp_path):
    """What opens an address through a door to a server on loopback."""
    trusted = certificates(tmp_path)
    with HTTPServer(("127.0.0.1", 0), Host) as server, Door(tmp_path, server.server_port) as door:
        threading.Thread(target=server.serve_forever).start()
        tls = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=trusted))
        yield urllib.request.build_opener(urllib.request.ProxyHandler({"https": door.url}), tls).open
        server.shutdown()


def test_the_door_leads_to_the_simulator(door):
    assert door("https://api.hubapi.com/crm/v3/objects/contacts").read() == b"/crm/v3/objects/contacts"


def test_the_door_leads_nowhere_else(door):
    with pytest.raises(OSError, match="403"):
        door("https://example.com/")
