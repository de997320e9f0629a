"""Every class of records goes through the same life."""

from operator import attrgetter

import pytest

from checks import refused
from methods import uncalled

CLASSES = {
    "contacts": "contacts",
    "companies": "companies",
    "deals": "deals",
    "tickets": "tickets",
    "products": "products",
    "line_items": "line_items",
    "quotes": "quotes",
    "invoices": "commerce.invoices",
    "p_cars": "objects",
    "calls": "objects.calls",
    "communications": "objects.communications",
    "emails": "objects.emails",
    "goal_targets": "objects.goals",
    "leads": "objects.leads",
    "meetings": "objects.meetings",
    "notes": "objects.notes",
    "postal_mail": "objects.postal_mail",
    "tasks": "objects.tasks",
    "taxes": "objects.taxes",
}
"""The classes, by the object type that they are about."""

READ_IN_PAGES = "contacts companies deals tickets products line_items quotes invoices p_cars".split()
MERGED = "contacts companies deals tickets".split()


class Records:
    """The class for an object type, whose methods take the type first where it is the class for all."""

    def __init__(self, client, kind):
        self._part = attrgetter(CLASSES[kind])(client.crm)
        self._first = (kind,) if CLASSES[kind] == "objects" else ()

    def __getattr__(self, name):
        method = attrgetter(name.replace("__", "_api."))(self._part)
        return lambda *args, **kwargs: method(*self._first, *args, **kwargs)


@pytest.fixture(params=CLASSES)
def kind(request):
    """An object type."""
    return request.param


@pytest.fixture
def records(client, kind):
    """The records of an object type, which have an id of their own."""
    own = {"name": "external_id", "label": "External id", "type": "string", "fieldType": "text", "groupName": "own"}
    client.crm.properties.core_api.create(kind, {**own, "hasUniqueValue": True})
    return Records(client, kind)


def external(value):
    return {"properties": {"external_id": value}}


def values(batch):
    return sorted(record.properties["external_id"] for record in batch.results)


def listed(records, **kwargs):
    return [record.id for record in records.basic__get_page(limit=100, **kwargs).results]


def test_one_record_is_made_read_and_changed(records):
    made, status, _ = records.basic__create_with_http_info({**external("one"), "associations": []})
    assert (status, made.properties["external_id"], made.archived) == (201, "one", False)
    assert int(made.id) > 2**31
    assert made.created_at
    read = records.basic__get_by_id(
        made.id, properties=["external_id", "no_such_property"], properties_with_history=["external_id"], archived=False
    )
    assert (read.properties["external_id"], read.properties["hs_object_id"]) == ("one", made.id)
    assert "no_such_property" not in read.properties
    assert [value.value for value in read.properties_with_history["external_id"]] == ["one"]
    assert records.basic__get_by_id("one", id_property="external_id").id == made.id
    assert records.basic__update(made.id, external("uno")).properties["external_id"] == "uno"
    assert records.basic__update("uno", external("one"), id_property="external_id").id == made.id
    assert refused(409, records.basic__create, external("one"))["category"] == "CONFLICT"
    unknown = refused(400, records.basic__create, {"properties": {"no_such_property": "x"}})
    assert unknown["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert refused(404, records.basic__get_by_id, "999")["category"] == "OBJECT_NOT_FOUND"


def test_batches_make_read_change_and_find_records(records):
    made, status, _ = records.batch__create_with_http_info({"inputs": [external("one"), external("two")]})
    assert (status, made.status, values(made)) == (201, "COMPLETE", ["one", "two"])
    ids = {record.properties["external_id"]: record.id for record in made.results}
    wanted = {"properties": ["external_id"], "inputs": [{"id": ids["one"]}, {"id": ids["two"]}, {"id": "999"}]}
    read, status, _ = records.batch__read_with_http_info(wanted, archived=False)
    assert (status, values(read), read.num_errors) == (207, ["one", "two"], 1)
    assert (read.errors[0].category, read.errors[0].context["ids"]) == ("OBJECT_NOT_FOUND", ["999"])
    by_own = {"properties": [], "inputs": [{"id": "two"}], "idProperty": "external_id"}
    assert [record.id for record in records.batch__read(by_own).results] == [ids["two"]]
    changed, status, _ = records.batch__update_with_http_info({"inputs": [{"id": ids["two"], **external("dos")}]})
    assert (status, values(changed)) == (200, ["dos"])
    inputs = [{"id": value, "idProperty": "external_id", **external(value)} for value in ("dos", "three")]
    upserted, status, _ = records.batch__upsert_with_http_info({"inputs": inputs})
    assert (status, {record.properties["external_id"]: record.new for record in upserted.results}) == (
        200,
        {"dos": False, "three": True},
    )
    condition = {"filters": [{"propertyName": "external_id", "operator": "EQ", "value": "dos"}]}
    found = records.search__do_search(
        {"filterGroups": [condition], "properties": ["external_id"], "limit": 10, "after": 0, "sorts": ["external_id"]}
    )
    assert (found.total, [record.id for record in found.results]) == (1, [ids["two"]])


def test_the_pages_of_a_list_hold_every_record_once_in_the_order_of_the_ids(records, kind):
    before = len(listed(records))
    records.batch__create({"inputs": [external(f"record {n}") for n in range(5)]})
    ids, after = [], {}
    while after is not None:
        page = records.basic__get_page(limit=2, properties=["external_id"], archived=False, **after)
        ids += [record.id for record in page.results]
        after = {"after": page.paging.next.after} if page.paging else None
    assert len(ids) == before + 5
    assert ids == sorted(ids, key=int)
    if kind in READ_IN_PAGES:
        assert [record.id for record in records.get_all()] == ids


def test_archived_records_are_in_their_own_list_and_nowhere_else(records):
    before = listed(records)
    one, two, three = (
        record.id for record in records.batch__create({"inputs": [external(str(n)) for n in range(3)]}).results
    )
    assert records.basic__archive_with_http_info(one)[1] == 204
    assert refused(404, records.basic__get_by_id, one)["category"] == "OBJECT_NOT_FOUND"
    archived = records.basic__get_by_id(one, archived=True)
    assert archived.archived
    assert archived.archived_at
    assert listed(records, archived=True) == [one]
    assert records.batch__archive_with_http_info({"inputs": [{"id": two}, {"id": three}, {"id": "999"}]})[1] == 204
    assert listed(records) == before
    found = records.search__do_search(
        {"filterGroups": [{"filters": [{"propertyName": "external_id", "operator": "HAS_PROPERTY"}]}], "limit": 1}
    )
    assert found.total == 0


@pytest.mark.parametrize("kind", MERGED)
def test_of_two_records_that_are_merged_one_is_left_and_both_old_ids_lead_to_it(records):
    made = records.batch__create({"inputs": [external("left"), external("right")]}).results
    left, right = sorted((record.id for record in made), key=int)
    survivor = records.basic__merge({"primaryObjectId": left, "objectIdToMerge": right})
    assert survivor.id not in (left, right)
    assert survivor.properties["hs_merged_object_ids"] == f"{left};{right}"
    assert {records.basic__get_by_id(old).id for old in (left, right)} == {survivor.id}
    again = refused(400, records.basic__merge, {"primaryObjectId": left, "objectIdToMerge": right})
    assert "itself" in again["message"]


def test_a_contact_is_deleted_for_good(client):
    contacts = client.crm.contacts.basic_api
    assert contacts.purge_with_http_info({"objectId": "bo@example.com", "idProperty": "email"})[1] == 204
    for archived in (False, True):
        refused(404, contacts.get_by_id, "101", archived=archived)


def test_feedback_is_only_read(client):
    feedback = client.crm.objects.feedback_submissions
    assert [record.id for record in feedback.basic_api.get_page().results] == ["601"]
    assert feedback.basic_api.get_by_id("601", properties=["hs_content"]).properties["hs_content"] == "Fine"
    read = feedback.batch_api.read({"inputs": [{"id": "601"}], "properties": ["hs_content"]})
    assert read.results[0].properties["hs_content"] == "Fine"
    assert feedback.search_api.do_search({"query": "fine", "filterGroups": [], "limit": 1}).total == 1


def test_every_method_was_called(client):
    assert client.crm.objects.fetch_all("p_cars")[0].id == "401"
    assert uncalled("test_records") == set()
