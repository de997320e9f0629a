"""What `hubgraph association` and `hubgraph label` do, in each path family, as HubSpot's own client reads it afterwards."""

import csv
import io
import os
import re
import subprocess

import pytest

from checks import rows

FAMILIES = ["v4", "2026-03", "2026-09"]


@pytest.fixture
def office(simulate):
    """The office portal, in which no list of all labels has to wait: its limit is not what is looked at here."""
    return simulate("--rate", "100000/10s")


@pytest.fixture
def hubgraph(binary, office, tmp_path):
    """Runs a command against the portal, and returns the rows of CSV that it prints."""

    def command(*args, version="2026-09", code=0, text=None):
        env = {**os.environ, "HUBSPOT_ACCESS_TOKEN": "token", "HUBSPOT_BASE_URL": office.url}
        flags = ["--api-version", version, "--format", "csv", "--data", tmp_path / "data", "--quiet"]
        if args[1] not in ("list", "read"):
            flags.append("--yes")
        done = subprocess.run([binary, *args, *flags], env=env, input=text, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    return command


def outcomes(printed):
    return [row["outcome"] for row in printed]


@pytest.mark.parametrize("version", FAMILIES)
def test_one_pair(office, hubgraph, version):
    client = office.client()
    assert outcomes(hubgraph("association", "create", "contacts:103", "companies:201", version=version)) == ["applied"]
    assert rows(client, "contacts", "103", "companies") == ["201 279"]
    hubgraph("association", "create", "contacts:103", "companies:201", "--label", "Advisor", version=version)
    assert rows(client, "contacts", "103", "companies") == ["201 279", "201 USER_DEFINED:21"]
    hubgraph("association", "create", "companies:201", "contacts:103", "--type-id", "24", version=version)
    want = ["201 279", "201 USER_DEFINED:21", "201 USER_DEFINED:23"]
    assert rows(client, "contacts", "103", "companies") == want
    listed = hubgraph("association", "list", "contacts:103", "companies", version=version)
    assert [(row["to"], row["category"], row["type_id"]) for row in listed] == [
        ("companies:201", "HUBSPOT_DEFINED", "279"),
        ("companies:201", "USER_DEFINED", "21"),
        ("companies:201", "USER_DEFINED", "23"),
    ]
    hubgraph("association", "delete", "contacts:103", "companies:201", "--label", "Advisor", version=version)
    assert rows(client, "companies", "201", "contacts")[-2:] == ["103 280", "103 USER_DEFINED:24"]
    hubgraph("association", "delete", "companies:201", "contacts:103", version=version)
    assert rows(client, "contacts", "103", "companies") == []
    assert outcomes(hubgraph("association", "create", "deals:301", "p_cars:401", version=version)) == ["applied"]
    assert len(rows(client, "deals", "301", "p_cars")) == 1


@pytest.mark.parametrize("version", FAMILIES)
def test_files(office, hubgraph, version):
    client = office.client()
    lines = "from,to,label\ncontacts:103,companies:201,\ncontacts:103,companies:202,Advisor\n"
    lines += "contacts:20000000001,companies:201,\n"
    assert outcomes(hubgraph("association", "create", "--file", "-", version=version, text=lines)) == ["applied"] * 3
    assert rows(client, "contacts", "103", "companies") == ["201 279", "202 279", "202 USER_DEFINED:21"]
    assert rows(client, "contacts", "20000000001", "companies")[0] == "201 279"
    read = hubgraph("association", "read", "--file", "-", version=version, text="from,to\ncontacts:103,companies\n")
    assert [row["to"] + " " + row["type_id"] for row in read] == [
        "companies:201 279",
        "companies:202 279",
        "companies:202 21",
    ]
    lines = "from,to,label\ncontacts:103,companies:202,Advisor\ncontacts:103,companies:201,\n"
    assert outcomes(hubgraph("association", "delete", "--file", "-", version=version, text=lines)) == ["applied"] * 2
    assert rows(client, "contacts", "103", "companies") == ["202 279"]


@pytest.mark.parametrize("version", FAMILIES)
def test_labels_and_limits(office, hubgraph, version):
    client = office.client()
    schema = client.crm.associations.v4.schema.definitions_api

    def texts(start, end):
        kinds = schema.get_all(start, end).results
        return {kind.type_id: kind.label for kind in kinds if kind.category == "USER_DEFINED"}

    [made] = hubgraph(
        "label", "create", "deals", "contacts", "--label", "Decider", "--inverse", "Decides", version=version
    )
    assert texts("deals", "contacts") == {int(made["type_id"]): "Decider"}
    assert list(texts("contacts", "deals").values()) == ["Decides"]
    hubgraph("label", "update", "deals", "contacts", "Decider", "--label", "Boss", version=version)
    assert list(texts("deals", "contacts").values()) == ["Boss"]
    assert list(texts("contacts", "deals").values()) == ["Decides"]
    limits = client.crm.associations.v4.schema.definition_configurations_api

    def most():
        configured = limits.get_all_between_two_object_types("deals", "contacts").results
        return [row.user_enforced_max_to_object_ids for row in configured if row.label == "Boss"]

    hubgraph("label", "limit", "deals", "contacts", "Boss", "--max", "3", version=version)
    assert most() == [3]
    hubgraph("label", "limit", "deals", "contacts", "Boss", "--max", "4", version=version)
    assert most() == [4]
    hubgraph("label", "limit", "deals", "contacts", "Boss", "--none", version=version)
    assert most() in ([], [None])
    hubgraph("association", "create", "deals:301", "contacts:102", "--label", "Boss", version=version)
    hubgraph("label", "delete", "deals", "contacts", "Boss", version=version, code=7)
    hubgraph("label", "delete", "deals", "contacts", "Boss", "--with-associations", "1", version=version)
    assert texts("deals", "contacts") == {}
    assert rows(client, "deals", "301", "contacts") == ["101 3", "102 3"]
    kinds = hubgraph("label", "list", "--all", version=version)
    for pair in (("contacts", "companies"), ("companies", "contacts")):
        own = [row for row in kinds if (row["from_type"], row["to_type"], row["category"]) == (*pair, "USER_DEFINED")]
        assert texts(*pair) == {int(row["type_id"]): row["label"] for row in own}


@pytest.mark.parametrize("version", ["v1", "v3"])
def test_the_old_versions(office, hubgraph, version):
    client = office.client()
    hubgraph("association", "create", "contacts:103", "companies:201", version=version)
    hubgraph("association", "create", "--file", "-", version=version, text="from,to\ncontacts:103,companies:202\n")
    assert rows(client, "contacts", "103", "companies") == ["201 279", "202 279"]
    listed = hubgraph("association", "list", "contacts:103", "companies", version=version)
    assert [row["to"] for row in listed] == ["companies:201", "companies:202"]
    if version == "v3":
        hubgraph("association", "create", "contacts:103", "companies:201", "--label", "Board", version=version)
        assert rows(client, "contacts", "103", "companies") == ["201 279", "201 USER_DEFINED:23", "202 279"]
        hubgraph("association", "delete", "contacts:103", "companies:201", "--label", "Board", version=version)
        hubgraph("association", "delete", "contacts:103", "companies:202", version=version)
        assert rows(client, "contacts", "103", "companies") == ["201 279"]


def sent(office):
    """The operations of associations that were sent, with {} for ids and object types."""
    paths = [(r["method"], r["path"].partition("?")[0]) for r in office.requests()]
    return {
        f"{method} {re.sub(r'/(?:[0-9]+-[0-9]+|[0-9]+)(?=/|$)', '/{}', path)}"
        for method, path in paths
        if "associations" in path
    }


def family(version):
    """Every operation of the association API in a path family, as the specification lists them."""
    between, records = "/crm/v4/associations", "/crm/v4/objects"
    if version != "v4":
        between, records = "/crm/associations/{}", "/crm/objects/{}"  # a version looks like an object type
    limits = f"{between}/definitions/configurations"
    return {
        f"GET {records}/{{}}/{{}}/associations/{{}}",
        f"PUT {records}/{{}}/{{}}/associations/{{}}/{{}}",
        f"PUT {records}/{{}}/{{}}/associations/default/{{}}/{{}}",
        f"DELETE {records}/{{}}/{{}}/associations/{{}}/{{}}",
        f"POST {between}/{{}}/{{}}/batch/read",
        f"POST {between}/{{}}/{{}}/batch/create",
        f"POST {between}/{{}}/{{}}/batch/associate/default",
        f"POST {between}/{{}}/{{}}/batch/archive",
        f"POST {between}/{{}}/{{}}/batch/labels/archive",
        f"GET {between}/{{}}/{{}}/labels",
        f"POST {between}/{{}}/{{}}/labels",
        f"PUT {between}/{{}}/{{}}/labels",
        f"DELETE {between}/{{}}/{{}}/labels/{{}}",
        f"GET {limits}/{{}}/{{}}",
        f"GET {limits}/all",
        f"POST {limits}/{{}}/{{}}/batch/create",
        f"POST {limits}/{{}}/{{}}/batch/update",
        f"POST {limits}/{{}}/{{}}/batch/purge",
    }


def of_files(hubgraph, version):
    """Adds and removes in files, and returns what one record had in between, as it was read."""
    pairs = "from,to\ncontacts:103,companies:201\ncontacts:103,companies:202\n"
    hubgraph("association", "create", "--file", "-", version=version, text=pairs)
    label = "from,to,label\ncontacts:103,companies:203,Advisor\ncontacts:103,companies:202,Board\n"
    hubgraph("association", "create", "--file", "-", version=version, text=label)
    hubgraph("association", "delete", "--file", "-", version=version, text=label)
    read = hubgraph("association", "read", "--file", "-", version=version, text="from,to\ncontacts:103,companies\n")
    hubgraph("association", "delete", "--file", "-", version=version, text=pairs)
    return [f"{row['to'].removeprefix('companies:')} {row['type_id']}" for row in read]


@pytest.mark.parametrize("version", FAMILIES)
def test_every_operation_is_sent(office, hubgraph, version):
    client = office.client()
    assert of_files(hubgraph, version) == ["201 279", "202 279", "203 279"]
    assert rows(client, "contacts", "103", "companies") == ["203 279"]
    hubgraph("association", "delete", "contacts:103", "companies:203", version=version)
    hubgraph("association", "create", "contacts:103", "companies:201", version=version)
    hubgraph("association", "create", "contacts:103", "companies:201", "--label", "Advisor", version=version)
    hubgraph("association", "list", "contacts:103", "companies", version=version)
    assert rows(client, "contacts", "103", "companies") == ["201 279", "201 USER_DEFINED:21"]
    hubgraph("label", "create", "deals", "contacts", "--label", "Decider", version=version)
    hubgraph("label", "update", "deals", "contacts", "Decider", "--label", "Boss", version=version)
    for limit in (["--max", "3"], ["--max", "4"], ["--none"]):
        hubgraph("label", "limit", "deals", "contacts", "Boss", *limit, version=version)
    hubgraph("label", "delete", "deals", "contacts", "Boss", version=version)
    hubgraph("label", "list", "--all", version=version)
    kinds = client.crm.associations.v4.schema.definitions_api.get_all("deals", "contacts").results
    assert [kind.category for kind in kinds] == ["HUBSPOT_DEFINED"]
    assert family(version) - sent(office) == set()


def test_every_operation_of_the_old_versions_is_sent(office, hubgraph):
    client = office.client()
    assert of_files(hubgraph, "v3") == ["201 279", "202 279", "203 279"]
    hubgraph("association", "list", "contacts:103", "companies", version="v3")
    hubgraph("association", "create", "contacts:103", "companies:201", version="v1")
    pairs = "from,to\ncontacts:103,companies:202\ncontacts:102,companies:203\n"
    hubgraph("association", "create", "--file", "-", version="v1", text=pairs)
    hubgraph("association", "list", "contacts:103", "companies", version="v1")
    assert rows(client, "contacts", "103", "companies") == ["201 279", "202 279", "203 279"]
    assert rows(client, "contacts", "102", "companies") == ["201 279", "203 279"]
    old = {
        "POST /crm/v3/associations/{}/{}/batch/read",
        "POST /crm/v3/associations/{}/{}/batch/create",
        "POST /crm/v3/associations/{}/{}/batch/archive",
        "GET /crm/v3/associations/{}/{}/types",
        "GET /crm/v3/objects/{}/{}/associations/{}",
        "GET /crm-associations/v1/associations/{}/HUBSPOT_DEFINED/{}",
        "PUT /crm-associations/v1/associations",
        "PUT /crm-associations/v1/associations/create-batch",
    }
    assert old - sent(office) == set()
