"""Custom objects, and the properties of records."""

from checks import refused, rows
from methods import uncalled

BOAT = {
    "name": "boat",
    "labels": {"singular": "Boat", "plural": "Boats"},
    "primaryDisplayProperty": "hull",
    "requiredProperties": ["hull"],
    "searchableProperties": ["hull"],
    "properties": [{"name": "hull", "label": "Hull", "type": "string", "fieldType": "text"}],
    "associatedObjects": ["CONTACT"],
}

SIZE = {
    "name": "shoe_size",
    "label": "Shoe size",
    "type": "enumeration",
    "fieldType": "select",
    "groupName": "contactinformation",
    "options": [{"label": "Small", "value": "36", "hidden": False, "displayOrder": 0}],
}


def test_a_custom_object_is_made_changed_and_archived(client):
    schemas = client.crm.schemas.core_api
    made, status, _ = schemas.create_with_http_info(BOAT)
    assert (status, made.fully_qualified_name, made.labels.plural) == (201, "p7654321_boat", "Boats")
    kind = made.object_type_id
    assert kind.startswith("2-")
    assert [schema.name for schema in schemas.get_all().results] == ["cars", "boat"]
    assert schemas.update(kind, {"labels": {"singular": "Ship", "plural": "Ships"}}).labels.plural == "Ships"
    assert schemas.get_by_id("p_boat").labels.singular == "Ship"
    record = client.crm.objects.basic_api.create(kind, {"properties": {"hull": "Argo"}, "associations": []})
    assert "has records" in refused(400, schemas.archive, kind)["message"]
    client.crm.objects.basic_api.archive(kind, record.id)
    assert schemas.archive_with_http_info(kind)[1] == 204
    assert [(schema.name, schema.archived) for schema in schemas.get_all(archived=True).results] == [("boat", True)]
    refused(400, schemas.get_by_id, kind)
    schemas.archive(kind, archived=True)  # for good
    assert [schema.name for schema in schemas.get_all(archived=True).results] == []


def test_a_custom_object_is_associated(client):
    schemas = client.crm.schemas.core_api
    ends = {"fromObjectTypeId": "2-1001", "toObjectTypeId": "0-2"}
    made, status, _ = schemas.create_association_with_http_info("p_cars", {**ends, "name": "car_to_company"})
    assert (status, made.from_object_type_id, made.to_object_type_id, made.name) == (
        201,
        "2-1001",
        "0-2",
        "car_to_company",
    )
    types = [{"associationCategory": "USER_DEFINED", "associationTypeId": int(made.id)}]
    client.crm.associations.v4.basic_api.create("p_cars", "401", "companies", "201", types)
    assert rows(client, "p_cars", "401", "companies") == [f"201 USER_DEFINED:{made.id}"]
    assert schemas.archive_association_with_http_info("p_cars", made.id)[1] == 204
    assert rows(client, "p_cars", "401", "companies") == []


def test_the_schema_of_hubspots_own_type_tells_the_association_types_with_both_directions(client):
    schema = client.crm.schemas.core_api.get_by_id("contacts")
    assert schema.object_type_id == "0-1"
    between = {(row.id, row.from_object_type_id, row.to_object_type_id, row.name) for row in schema.associations}
    assert between >= {
        ("279", "0-1", "0-2", "CONTACT_TO_COMPANY_UNLABELED"),
        ("280", "0-2", "0-1", "COMPANY_TO_CONTACT_UNLABELED"),
        ("21", "0-1", "0-2", "advisor"),
        ("22", "0-2", "0-1", "advisor"),
    }
    assert "email" in {prop.name for prop in schema.properties}


def test_schemas_that_cannot_be_are_refused(client):
    schemas = client.crm.schemas.core_api
    assert refused(409, schemas.create, {**BOAT, "name": "cars"})["category"] == "OBJECT_ALREADY_EXISTS"
    nameless = {key: value for key, value in BOAT.items() if key != "primaryDisplayProperty"}
    assert refused(400, schemas.create, nameless)["category"] == "VALIDATION_ERROR"
    assert refused(400, schemas.get_by_id, "cars")["message"] == "Unable to infer object type from: cars"
    people = {"labels": {"singular": "Person", "plural": "People"}}
    assert "HubSpot's own" in refused(400, schemas.update, "contacts", people)["message"]


def test_a_property_is_made_changed_and_archived(client):
    properties, contacts = client.crm.properties.core_api, client.crm.contacts.basic_api
    made, status, _ = properties.create_with_http_info("contacts", SIZE)
    assert (status, made.name, [option.value for option in made.options]) == (201, "shoe_size", ["36"])
    contacts.update("101", {"properties": {"shoe_size": "36"}})
    wrong = refused(400, contacts.update, "101", {"properties": {"shoe_size": "43"}})
    assert wrong["errors"][0]["code"] == "INVALID_OPTION"
    assert properties.update("contacts", "shoe_size", {"label": "Size of shoe"}).label == "Size of shoe"
    assert properties.get_by_name("contacts", "shoe_size").label == "Size of shoe"
    assert "shoe_size" in {prop.name for prop in properties.get_all("contacts").results}
    assert refused(409, properties.create, "contacts", SIZE)["category"] == "CONFLICT"
    assert properties.archive_with_http_info("contacts", "shoe_size")[1] == 204
    assert refused(404, properties.get_by_name, "contacts", "shoe_size")["category"] == "OBJECT_NOT_FOUND"
    gone = properties.get_all("contacts", archived=True).results
    assert [(prop.name, prop.archived) for prop in gone] == [("shoe_size", True)]
    refused(400, properties.archive, "contacts", "email")


def test_properties_are_made_read_and_archived_in_batches(client):
    properties = client.crm.properties.batch_api
    inputs = [SIZE, {**SIZE, "name": "hat_size"}, {**SIZE, "name": "email"}]
    made, status, _ = properties.create_with_http_info("contacts", {"inputs": inputs})
    assert (status, [prop.name for prop in made.results], len(made.errors)) == (207, ["shoe_size", "hat_size"], 1)
    wanted = {"inputs": [{"name": "hat_size"}, {"name": "tie"}], "archived": False}
    read, status, _ = properties.read_with_http_info("contacts", wanted)
    assert (status, [prop.name for prop in read.results], read.num_errors) == (207, ["hat_size"], 1)
    names = {"inputs": [{"name": "hat_size"}, {"name": "shoe_size"}]}
    assert properties.archive_with_http_info("contacts", names)[1] == 204
    gone = client.crm.properties.core_api.get_all("contacts", archived=True).results
    assert [prop.name for prop in gone] == ["hat_size", "shoe_size"]


def test_a_group_of_properties_is_made_changed_and_archived(client):
    groups, properties = client.crm.properties.groups_api, client.crm.properties.core_api
    made, status, _ = groups.create_with_http_info("contacts", {"name": "sizes", "label": "Sizes", "displayOrder": 2})
    assert (status, made.label, made.display_order, made.archived) == (201, "Sizes", 2, False)
    assert [group.name for group in groups.get_all("contacts").results] == ["contactinformation", "sizes"]
    assert groups.update("contacts", "sizes", {"label": "Measures"}).label == "Measures"
    assert groups.get_by_name("contacts", "sizes").display_order == 2
    assert refused(409, groups.create, "contacts", {"name": "sizes", "label": "Sizes"})["category"] == "CONFLICT"
    properties.create("contacts", {**SIZE, "groupName": "sizes"})
    refused(400, groups.archive, "contacts", "sizes")  # it is not empty
    properties.archive("contacts", "shoe_size")
    assert groups.archive_with_http_info("contacts", "sizes")[1] == 204
    assert refused(404, groups.get_by_name, "contacts", "sizes")["category"] == "OBJECT_NOT_FOUND"


def test_every_method_was_called():
    assert uncalled("test_schemas") == set()
