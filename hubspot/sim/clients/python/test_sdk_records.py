"""HubSpot's client for the date-based paths, with every answer held to its specification: records of every class."""

import hubspot_sdk
import pytest

from sdk_methods import uncalled

OWN = {
    "name": "external_id",
    "label": "External id",
    "type": "string",
    "field_type": "text",
    "group_name": "own",
    "has_unique_value": True,
}
"""A property that tells the records apart."""

TYPES = {"custom": "p_cars", "generic_objects": "0-421"}
"""The object types of the classes for all: they take the type as an argument."""

READ_ONLY = {"contracts": "701", "feedback_submissions": "601", "partner_clients": "702", "partner_services": "703"}
"""The classes that make no records, and a record of each."""

CLASSES = (
    "calls carts commerce_payments communications companies contacts courses custom deals discounts emails fees "
    "generic_objects goal_targets invoices leads line_items listings meetings notes orders postal_mail products "
    "projects quotes services subscriptions tasks taxes tickets users"
).split()

READ = {"properties": ["external_id"], "properties_with_history": []}
EVERYTHING = {"after": "", "filter_groups": [], "limit": 10, "properties": ["external_id"], "sorts": []}


def ids(records):
    return sorted(record.id for record in records)


@pytest.fixture
def sdk(simulate):
    """The client, strict, and ids as text."""
    return simulate("--fact", "ids=dated-string").sdk()


def class_of(sdk, name):
    """A class of records, and the arguments that each of its methods takes."""
    return getattr(sdk.crm.objects, name), {"object_type": TYPES[name]} if name in TYPES else {}


@pytest.mark.parametrize("name", CLASSES)
def test_the_life_of_records(sdk, name):
    records, of = class_of(sdk, name)
    sdk.crm.properties.create(TYPES.get(name, name), **OWN)
    made = records.create(**of, properties={"external_id": "a"}, associations=[])
    assert (made.properties["external_id"], made.archived) == ("a", False)
    assert records.get(made.id, **of, properties=["external_id"]).properties["external_id"] == "a"
    assert records.get("a", **of, id_property="external_id").id == made.id
    assert records.update(made.id, **of, properties={"external_id": "b"}).properties["external_id"] == "b"
    many = records.batch.create(
        **of, inputs=[{"properties": {"external_id": value}, "associations": []} for value in "cd"]
    )
    assert (many.status, len(many.results)) == ("COMPLETE", 2)
    all_of_them = {made.id, *ids(many.results)}
    assert all_of_them <= {record.id for record in records.list(**of, limit=1)}  # the client goes from page to page
    found = records.search(
        **of,
        **{
            **EVERYTHING,
            "filter_groups": [
                {"filters": [{"property_name": "external_id", "operator": "IN", "values": ["b", "c", "d"]}]}
            ],
        },
    )
    assert (found.total, set(ids(found.results))) == (3, all_of_them)
    read = records.batch.get(**of, inputs=[{"id": made.id}], **{**READ, "properties_with_history": ["external_id"]})
    assert [value.value for value in read.results[0].properties_with_history["external_id"]] == ["b"]
    changed = records.batch.update(**of, inputs=[{"id": made.id, "properties": {"external_id": "e"}}])
    assert changed.results[0].properties["external_id"] == "e"
    both = [{"id": value, "id_property": "external_id", "properties": {"external_id": value}} for value in "ef"]
    upserted = records.batch.upsert(**of, inputs=both).results
    assert sorted(record.new for record in upserted) == [False, True]
    records.batch.delete(**of, inputs=[{"id": record.id} for record in upserted])
    records.delete(many.results[0].id, **of)
    gone = {record.id for record in records.list(**of, archived=True)}
    assert gone == {*ids(upserted), many.results[0].id}
    assert records.get(made.id, **of, archived=True).archived_at


@pytest.mark.parametrize("name", READ_ONLY)
def test_records_that_the_client_only_reads(sdk, name):
    records, record = getattr(sdk.crm.objects, name), READ_ONLY[name]
    assert records.get(record).id == record
    read = records.batch.get(inputs=[{"id": record}, {"id": "999"}], **READ)
    assert ids(read.results) == [record]  # the client has no word for the error of the other


def test_contracts_and_others_are_listed_searched_and_changed(sdk):
    objects = sdk.crm.objects
    assert ids(objects.contracts.list()) == ["701"]
    assert ids(objects.feedback_submissions.list()) == ["601"]
    assert ids(objects.partner_clients.list(limit=1)) == ["702"]
    for records in (objects.feedback_submissions, objects.partner_clients, objects.partner_services):
        assert records.search(**EVERYTHING).total == 1
    for records, record in ((objects.partner_clients, "702"), (objects.partner_services, "703")):
        assert records.update(record, properties={"name": "New"}).properties["name"] == "New"
        one = [{"id": record, "properties": {"name": "Newer"}}]
        assert records.batch.update(inputs=one).results[0].properties["name"] == "Newer"
    assert list(objects.partner_clients.list_associations("contacts", partner_client_id="702")) == []
    assert list(objects.partner_services.list("contacts", partner_service_id="703")) == []


@pytest.mark.parametrize("name", ["contacts", "companies", "deals", "tickets", "projects", "custom"])
def test_two_records_become_one(sdk, name):
    records, of = class_of(sdk, name)
    first, second = (records.create(**of, properties={}, associations=[]).id for _ in range(2))
    merged = records.merge(**of, primary_object_id=first, object_id_to_merge=second)
    assert merged.properties["hs_merged_object_ids"].split(";") == sorted([first, second])


def test_a_person_is_forgotten(sdk):
    sdk.crm.objects.contacts.gdpr_delete(object_id="101")
    with pytest.raises(hubspot_sdk.NotFoundError):
        sdk.crm.objects.contacts.get("101")


def test_associations_stand_within_a_record(sdk):
    contact = sdk.crm.objects.contacts.get("101", associations=["companies", "deals"], properties=["email"])
    told = {
        name: sorted(f"{row.id} {row.type}" for row in group.results) for name, group in contact.associations.items()
    }
    assert told == {
        "companies": ["201 advisor", "201 contact_to_company", "201 contact_to_company_unlabeled"],
        "deals": ["301 contact_to_deal"],
    }


def test_what_is_not_there_raises(sdk):
    with pytest.raises(hubspot_sdk.NotFoundError) as missing:
        sdk.crm.objects.deals.get("999")
    assert (missing.value.body["category"], missing.value.status_code) == ("OBJECT_NOT_FOUND", 404)


def test_every_method_was_called():
    assert uncalled(lambda name: name.startswith("sdk.crm.objects")) == []
