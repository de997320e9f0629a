"""Associations as the records API knows them: made with a record, told within one, gone with one, moved with one,
searched by."""

import pytest

from checks import hubspot, refused, rows, user


def associated(end, *types):
    return {"to": {"id": end}, "types": list(types)}


def test_a_record_is_made_with_its_associations(client):
    create = client.crm.contacts.basic_api.create
    made = create(
        {
            "properties": {"email": "fay@example.com"},
            "associations": [associated("202", hubspot(1), user(21)), associated("301", hubspot(4))],
        }
    )
    assert rows(client, "contacts", made.id, "companies") == ["202 1", "202 279", "202 USER_DEFINED:21"]
    assert rows(client, "companies", "202", "contacts") == [
        f"{made.id} 2",
        f"{made.id} 280",
        f"{made.id} USER_DEFINED:22",
    ]
    assert rows(client, "deals", "301", "contacts") == ["101 3", f"{made.id} 3"]
    body = refused(400, create, {"properties": {}, "associations": [associated("999", hubspot(279))]})
    assert body["category"] == "OBJECT_NOT_FOUND"


def test_associations_stand_within_a_record_a_row_for_each_type(client):
    def told(record):
        return {
            name: sorted(f"{row.id} {row.type}" for row in group.results) for name, group in record.associations.items()
        }

    contacts = client.crm.contacts.basic_api
    want = {
        "companies": ["201 advisor", "201 contact_to_company", "201 contact_to_company_unlabeled"],
        "deals": ["301 contact_to_deal"],
    }
    assert told(contacts.get_by_id("101", associations=["companies", "deals", "tickets"])) == want
    first = contacts.get_page(limit=1, properties=["email", "firstname"], associations=["companies", "deals"]).results[
        0
    ]
    assert told(first) == want
    assert (first.properties["email"], first.properties["firstname"]) == ("bo@example.com", "Bo")


def test_at_most_100_of_them_stand_there_with_a_cursor(client):
    made = [
        {"properties": {"email": f"c{n}@example.com"}, "associations": [associated("202", hubspot(279))]}
        for n in range(100)
    ]
    client.crm.contacts.batch_api.create({"inputs": made})
    client.crm.associations.v4.basic_api.create_default("contacts", "103", "companies", "202")
    within = client.crm.companies.basic_api.get_by_id("202", associations=["contacts"]).associations["contacts"]
    assert (len(within.results), bool(within.paging.next.after)) == (100, True)


@pytest.mark.parametrize(("fact", "want"), [("hidden", []), ("kept", ["101 280", "102 280"])])
def test_associations_with_archived_records(simulate, fact, want):
    client = simulate("--fact", f"archived-links={fact}").client()
    client.crm.contacts.batch_api.archive({"inputs": [{"id": "101"}, {"id": "102"}]})
    assert [row for row in rows(client, "companies", "201", "contacts") if row.endswith(" 280")] == want


@pytest.mark.parametrize("fact", ["new-id", "primary"])
def test_a_merge_moves_associations_and_leaves_one_primary_company(simulate, fact):
    client = simulate("--fact", f"merge={fact}").client()
    client.crm.associations.v4.basic_api.create("contacts", "102", "companies", "202", [hubspot(1)])
    survivor = client.crm.contacts.basic_api.merge({"primaryObjectId": "101", "objectIdToMerge": "102"}).id
    assert (survivor == "101") == (fact == "primary")
    assert rows(client, "contacts", "102", "companies") == ["201 1", "201 279", "201 USER_DEFINED:21", "202 279"]
    assert rows(client, "companies", "202", "contacts") == [f"{survivor} 280"]
    assert rows(client, "deals", "301", "contacts") == [f"{survivor} 3"]


def condition(name, operator, value=None):
    return {"propertyName": name, "operator": operator, **({"value": value} if value else {})}


@pytest.mark.parametrize(
    ("query", "want"),
    [
        ({"sorts": ["-firstname"], "limit": 2, "after": "0"}, (4, ["Eve", "Di"], "2")),
        (
            {"sorts": [{"propertyName": "firstname", "direction": "DESCENDING"}], "limit": 2, "after": 2},
            (4, ["Cy", "Bo"], None),
        ),
        (
            {"filterGroups": [{"filters": [condition("associations.company", "EQ", "201")]}], "sorts": ["firstname"]},
            (2, ["Bo", "Cy"], None),
        ),
        (
            {"filterGroups": [{"filters": [condition("hs_object_id", "GT", 103), condition("email", "HAS_PROPERTY")]}]},
            (1, ["Eve"], None),
        ),
    ],
)
def test_a_search_filters_sorts_and_pages(client, query, want):
    found = client.crm.contacts.search_api.do_search({"properties": ["firstname"], "limit": 10, **query})
    after = found.paging.next.after if found.paging else None
    assert (found.total, [record.properties["firstname"] for record in found.results], after) == want


def test_a_search_has_its_limits(client):
    search = client.crm.contacts.search_api.do_search
    assert "10000" in refused(400, search, {"after": "10000"})["message"]
    assert "200" in refused(400, search, {"limit": 201})["message"]
    unknown = {"filterGroups": [{"filters": [condition("shoe", "EQ", "43")]}]}
    assert refused(400, search, unknown)["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"


def test_a_search_lags_behind_what_is_written(simulate):
    contacts = simulate("--search-lag", "1h").client().crm.contacts
    made = contacts.basic_api.create({"properties": {"email": "fay@example.com"}})
    assert contacts.search_api.do_search({"limit": 1}).total == 4
    assert len(contacts.batch_api.read({"inputs": [{"id": made.id}], "properties": []}).results) == 1


def test_a_batch_is_made_in_part_where_every_input_has_a_mark(client):
    contacts = client.crm.contacts.batch_api
    inputs = [{"properties": {"email": email}} for email in ("bo@example.com", "fay@example.com")]
    assert refused(409, contacts.create, {"inputs": inputs})["category"] == "CONFLICT"
    marked = [{**entry, "objectWriteTraceId": f"mark {n}"} for n, entry in enumerate(inputs)]
    batch, status, _ = contacts.create_with_http_info({"inputs": marked})
    assert (status, batch.num_errors, batch.errors[0].context["objectWriteTraceId"]) == (207, 1, ["mark 0"])
    assert [record.object_write_trace_id for record in batch.results] == ["mark 1"]


def test_batches_of_records_have_100_inputs(client):
    contacts = client.crm.contacts
    inputs = [{"id": "101"}] * 101
    assert "100" in refused(400, contacts.batch_api.read, {"inputs": inputs, "properties": []})["message"]
    history = {"inputs": inputs[:51], "properties": [], "propertiesWithHistory": ["email"]}
    assert "50" in refused(400, contacts.batch_api.read, history)["message"]
    assert "100" in refused(400, contacts.basic_api.get_page, limit=101)["message"]
