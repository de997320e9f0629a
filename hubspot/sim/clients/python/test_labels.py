"""Association types: the labels that users define, and the limits that they set."""

import pytest

from checks import hubspot, pair, refused, rows, user
from methods import uncalled


@pytest.fixture
def labels(client):
    """The labels of a new portal."""
    return client.crm.associations.v4.schema.definitions_api


@pytest.fixture
def limits(client):
    """The limits of a new portal."""
    return client.crm.associations.v4.schema.definition_configurations_api


def told(labels, start, end):
    return [f"{row.category} {row.type_id} {row.label}" for row in labels.get_all(start, end).results]


def test_the_labels_of_a_pair_are_those_of_its_direction(labels):
    assert told(labels, "contacts", "companies") == [
        "HUBSPOT_DEFINED 1 Primary",
        "HUBSPOT_DEFINED 279 None",
        "HUBSPOT_DEFINED 931 Billing Contact",
        "USER_DEFINED 21 Advisor",
        "USER_DEFINED 23 Board",
    ]
    assert told(labels, "companies", "contacts")[-2:] == ["USER_DEFINED 22 Advises", "USER_DEFINED 24 Board"]
    assert told(labels, "deals", "p_cars") == ["USER_DEFINED 25 None"]
    assert told(labels, "p_cars", "0-3") == ["USER_DEFINED 26 None"]


def test_a_label_with_two_texts_is_two_types_and_is_written_from_either_end(client, labels):
    label = {"name": "boss_of", "label": "Boss", "inverseLabel": "Serf"}
    made, status, _ = labels.create_with_http_info("contacts", "companies", label)
    there, back = made.results
    assert (status, there.label, back.label, there.type_id != back.type_id) == (200, "Boss", "Serf", True)
    inputs = {"inputs": [pair("202", "103", user(back.type_id))]}
    client.crm.associations.v4.batch_api.create("companies", "contacts", inputs)
    assert rows(client, "contacts", "103", "companies") == ["202 279", f"202 USER_DEFINED:{there.type_id}"]
    assert f"USER_DEFINED {back.type_id} Serf" in told(labels, "companies", "contacts")


def test_a_label_is_renamed_in_both_directions(labels):
    def both():
        every = told(labels, "contacts", "companies") + told(labels, "companies", "contacts")
        return [row for row in every if row.startswith(("USER_DEFINED 21", "USER_DEFINED 22"))]

    change = {"associationTypeId": 21, "label": "Counsel", "inverseLabel": "Counsels"}
    assert labels.update_with_http_info("contacts", "companies", change)[:2] == (None, 204)
    assert both() == ["USER_DEFINED 21 Counsel", "USER_DEFINED 22 Counsels"]
    labels.update("contacts", "companies", {"associationTypeId": 21, "label": "Friend"})
    assert both() == ["USER_DEFINED 21 Friend", "USER_DEFINED 22 Friend"]


def test_a_label_that_is_removed_leaves_the_plain_association(client, labels):
    assert labels.remove_with_http_info("companies", "contacts", 22)[1] == 204
    assert rows(client, "contacts", "101", "companies") == ["201 1", "201 279"]
    assert rows(client, "companies", "201", "contacts") == ["101 2", "101 280", "102 280"]
    assert "USER_DEFINED 21 Advisor" not in told(labels, "contacts", "companies")


def test_a_custom_object_keeps_its_plain_type_as_long_as_there_are_labels(client, labels):
    labels.create("deals", "p_cars", {"name": "company_car", "label": "Company car"})
    assert "Cannot delete unlabeled type" in refused(400, labels.remove, "deals", "p_cars", 25)["message"]
    label = labels.get_all("p_cars", "deals").results[1].type_id
    client.crm.associations.v4.batch_api.create("p_cars", "deals", {"inputs": [pair("401", "301", user(label))]})
    assert rows(client, "p_cars", "401", "deals") == ["301 USER_DEFINED:26", f"301 USER_DEFINED:{label}"]


def test_labels_that_cannot_be_are_refused(labels):
    for name in ("with-hyphen", "1st", "Advisor", ""):
        body = refused(400, labels.create, "contacts", "companies", {"name": name, "label": "Some"})
        assert body["category"] == "VALIDATION_ERROR", name
    assert (
        "cannot be associated" in refused(400, labels.create, "tasks", "calls", {"name": "n", "label": "N"})["message"]
    )
    assert "users have not defined it" in refused(400, labels.remove, "contacts", "companies", 279)["message"]
    assert "USER_DEFINED=99" in refused(400, labels.remove, "contacts", "companies", 99)["context"]["associationSpec"]
    refused(400, labels.update, "contacts", "companies", {"associationTypeId": 1, "label": "Main"})


def test_the_51st_label_of_a_pair_is_answered_with_437(labels):
    for n in range(3, 51):
        inverse = {"inverseLabel": f"Label back {n}"} if n % 2 else {}
        labels.create("contacts", "companies", {"name": f"label{n}", "label": f"Label {n}", **inverse})
    assert (
        "50"
        in refused(437, labels.create, "contacts", "companies", {"name": "label51", "label": "Label 51"})["message"]
    )
    assert len([row for row in told(labels, "companies", "contacts") if row.startswith("USER")]) == 50


def limit(category, kind, most=None):
    return {"category": category, "typeId": kind, **({"maxToObjectIds": most} if most else {})}


def test_limits_are_set_changed_and_taken_away(limits):
    def both(most=None):
        return {"inputs": [limit("HUBSPOT_DEFINED", 279, most), limit("USER_DEFINED", 21, most and 1)]}

    def read():
        listed = limits.get_all_between_two_object_types("contacts", "companies").results
        return [(row.type_id, row.user_enforced_max_to_object_ids) for row in listed]

    assert read() == [(1, None), (279, None), (931, None), (21, None), (23, None)]
    made, status, _ = limits.batch_create_with_http_info("contacts", "companies", both(2))
    assert (status, [row.user_enforced_max_to_object_ids for row in made.results]) == (201, [2, 1])
    changed, status, _ = limits.batch_update_with_http_info("contacts", "companies", both(3))
    assert (status, changed.status) == (200, "COMPLETE")
    assert read() == [(1, None), (279, 3), (931, None), (21, 1), (23, None)]
    assert [
        (row.category, row.type_id, row.label, row.user_enforced_max_to_object_ids) for row in limits.get_all().results
    ] == [
        ("HUBSPOT_DEFINED", 279, None, 3),
        ("USER_DEFINED", 21, "Advisor", 1),
    ]
    assert limits.batch_remove_with_http_info("contacts", "companies", both())[1] == 204
    assert limits.get_all().results == []


def test_a_limit_binds_what_comes_after_it_and_not_what_was_there(client, limits):
    limits.batch_create("companies", "contacts", {"inputs": [limit("HUBSPOT_DEFINED", 280, 1)]})
    inputs = {"inputs": [pair("103", "201", hubspot(279))]}
    refused(400, client.crm.associations.v4.batch_api.create, "contacts", "companies", inputs)
    assert rows(client, "companies", "201", "contacts") == ["101 2", "101 280", "101 USER_DEFINED:22", "102 280"]
    wrong = {"inputs": [limit("USER_DEFINED", 99, 1), limit("USER_DEFINED", 21, 10_001)]}
    none, status, _ = limits.batch_update_with_http_info("contacts", "companies", wrong)
    assert (status, none.results, [error.category for error in none.errors]) == (207, [], ["VALIDATION_ERROR"] * 2)


def test_every_method_was_called():
    assert uncalled("test_labels") == set()
