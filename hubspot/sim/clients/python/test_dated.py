"""The date-based family, which the client has no class for: any path can be asked."""

from urllib.parse import urlsplit

import pytest

from checks import hubspot, pair, rows, user

BETWEEN = "/crm/associations/2026-09/contacts/companies/"
OBJECTS = "/crm/objects/2026-09/"
LIMITS = "/crm/associations/2026-09/definitions/configurations/"


@pytest.fixture
def ask(client):
    """Asks any path; a status that is no success is reported, and not raised."""
    return lambda method, path, body=None: client.api_request(
        {"method": method, "path": path, **({"body": body} if body else {})}
    )


def test_associations_are_written_and_read(client, ask):
    made = ask("POST", BETWEEN + "batch/create", {"inputs": [pair("103", "202", user(21))]})
    assert (made.status_code, made.json()["results"]) == (
        201,
        [
            {
                "fromObjectTypeId": "0-1",
                "fromObjectId": 103,
                "toObjectTypeId": "0-2",
                "toObjectId": 202,
                "labels": ["Advisor"],
            }
        ],
    )
    read = ask("POST", BETWEEN + "batch/read", {"inputs": [{"id": "103"}, {"id": "999"}]})
    batch = read.json()
    assert (read.status_code, batch["numErrors"]) == (207, 1)
    assert [(result["from"]["id"], [end["toObjectId"] for end in result["to"]]) for result in batch["results"]] == [
        ("103", [202])
    ]
    assert batch["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert rows(client, "companies", "202", "contacts") == [
        "103 280",
        "103 USER_DEFINED:22",
    ]  # both families have one store
    page = ask("GET", OBJECTS + "companies/202/associations/contacts?limit=1").json()
    assert ([end["toObjectId"] for end in page["results"]], "paging" in page) == ([103], False)


def test_what_is_removed_is_told_with_200_and_not_with_204(client, ask):
    gone = ask("POST", BETWEEN + "batch/labels/archive", {"inputs": [pair("101", "201", user(21))]})
    assert (gone.status_code, gone.json()["status"], gone.json()["results"]) == (200, "COMPLETE", [])
    assert rows(client, "contacts", "101", "companies") == ["201 1", "201 279"]
    inputs = {"inputs": [{"from": {"id": "101"}, "to": [{"id": "201"}]}]}
    assert ask("POST", BETWEEN + "batch/archive", inputs).status_code == 200
    assert rows(client, "companies", "201", "contacts") == ["102 280"]


def test_one_pair_is_written_by_its_path(client, ask):
    path = OBJECTS + "contacts/103/associations/companies/202"
    put = ask("PUT", path, [hubspot(1)])
    assert (put.status_code, urlsplit(put.headers["Location"]).path) == (201, path)
    assert rows(client, "contacts", "103", "companies") == ["202 1", "202 279"]
    gone = ask("DELETE", path)
    assert (gone.status_code, gone.text) == (204, "")
    default = ask("PUT", OBJECTS + "contacts/103/associations/default/companies/202")
    assert [row["associationSpec"]["associationTypeId"] for row in default.json()["results"]] == [279, 280]
    many = ask("POST", BETWEEN + "batch/associate/default", {"inputs": [pair("103", "203")]})
    assert (many.status_code, len(many.json()["results"])) == (200, 2)
    assert rows(client, "contacts", "103", "companies") == ["202 279", "203 279"]


def test_labels(ask):
    def labels():
        return [row["label"] for row in ask("GET", BETWEEN + "labels").json()["results"]]

    made = ask("POST", BETWEEN + "labels", {"name": "boss", "label": "Boss", "inverseLabel": "Serf"})
    there, back = made.json()["results"]
    assert (made.status_code, there["label"], back["label"]) == (200, "Boss", "Serf")
    assert ask("PUT", BETWEEN + "labels", {"associationTypeId": there["typeId"], "label": "Chief"}).status_code == 204
    assert "Chief" in labels()
    assert ask("DELETE", f"{BETWEEN}labels/{there['typeId']}").status_code == 204
    assert "Chief" not in labels()


def test_limits(ask):
    inputs = {"inputs": [{"category": "USER_DEFINED", "typeId": 21, "maxToObjectIds": 5}]}
    steps = [
        ask("POST", f"{LIMITS}contacts/companies/batch/{step}", inputs).status_code
        for step in ("create", "update", "purge")
    ]
    assert steps == [201, 200, 200]
    assert ask("GET", LIMITS + "all").json()["results"] == []
    assert len(ask("GET", LIMITS + "contacts/companies").json()["results"]) == 5
    report = ask("POST", "/crm/associations/2026-09/usage/high-usage-report/42").json()
    assert sorted(report["enqueueTime"]) == ["dateOnly", "timeZoneShift", "value"]


def test_records(ask):
    made = ask("POST", OBJECTS + "contacts", {"properties": {"email": "fay@example.com"}})
    assert made.status_code == 201
    path = f"{OBJECTS}contacts/{made.json()['id']}"
    assert ask("GET", path + "?properties=email,firstname").json()["properties"]["email"] == "fay@example.com"
    assert ask("PATCH", path, {"properties": {"firstname": "Fay"}}).json()["properties"]["firstname"] == "Fay"
    assert ask("POST", OBJECTS + "0-1/batch/read", {"inputs": [{"id": "101"}, {"id": "999"}]}).status_code == 207
    assert ask("POST", OBJECTS + "contacts/search", {"query": "fay"}).json()["total"] == 1
    merged = ask(
        "POST", OBJECTS + "contacts/merge", {"primaryObjectId": "101", "objectIdToMerge": made.json()["id"]}
    ).json()["id"]
    assert ask("DELETE", f"{OBJECTS}contacts/{merged}").status_code == 204
    assert ask("GET", OBJECTS + "contacts?archived=true").json()["results"][0]["id"] == merged


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/crm-object-schemas/2026-09/schemas", "results"),
        ("/crm-object-schemas/2026-09/schemas/contacts", "associations"),
        ("/crm/properties/2026-09/contacts", "results"),
        ("/crm/pipelines/2026-09/deals", "results"),
        ("/crm/owners/2026-09", "results"),
        ("/crm/limits/2026-09/associations/labels?fromObjectTypeId=0-1&toObjectTypeId=0-2", "results"),
        ("/crm/limits/2026-09/associations/records/from", "results"),
        ("/crm/limits/2026-09/associations/records/0-1/to", "results"),
        ("/crm/limits/2026-09/associations/records/0-1/0-2", "limit"),
        ("/crm/limits/2026-09/records", "customObjectTypes"),
        ("/account-info/2026-09/details", "portalId"),
        ("/account-info/2026-09/api-usage/daily/private-apps", "results"),
    ],
)
def test_what_describes_the_portal(ask, path, key):
    answer = ask("GET", path)
    assert (answer.status_code, key in answer.json()) == (200, True)


def test_a_status_that_is_no_success_is_told(ask):
    assert ask("GET", "/crm/associations/2026-09/definitions").status_code == 404
    assert ask("GET", "/crm/objects/2024-01/contacts").status_code == 404
    assert ask("POST", BETWEEN + "batch/create", {"inputs": [pair("101", "201", user(99))]}).status_code == 400


def test_v1_puts_one_association(client, ask):
    body = {"fromObjectId": 103, "toObjectId": 202, "category": "HUBSPOT_DEFINED", "definitionId": 1}
    put = ask("PUT", "/crm-associations/v1/associations", body)
    assert (put.status_code, put.text) == (204, "")
    assert rows(client, "contacts", "103", "companies") == ["202 1", "202 279"]
    read = ask("GET", "/crm-associations/v1/associations/103/HUBSPOT_DEFINED/1").json()
    assert (read["results"], read["hasMore"]) == ([202], False)


def test_the_token_endpoint_of_today(simulate):
    client = simulate("--oauth", "client:secret:refresh").client()
    sold = client.api_request(
        {
            "method": "POST",
            "path": "/oauth/2026-09/token",
            "default_json": False,
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
            "body": "grant_type=refresh_token&client_id=client&client_secret=secret&refresh_token=refresh",
        }
    ).json()
    assert (sold["token_use"], sold["hub_id"]) == ("access_token", 7654321)
    assert "crm.objects.contacts.read" in sold["scopes"]
