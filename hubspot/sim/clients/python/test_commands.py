"""What `hubgraph association` and `hubgraph label` do, in each path family, as HubSpot's own client reads it afterwards."""

import csv
import io
import os
import subprocess

import pytest

from checks import rows

FAMILIES = ["v4", "2026-03", "2026-09"]


@pytest.fixture
def office(simulate):
    """The office portal."""
    return simulate()


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
