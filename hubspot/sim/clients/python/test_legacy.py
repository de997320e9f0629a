"""The associations of v3, which know types by their names."""

from checks import rows
from methods import uncalled


def entry(start, end, kind):
    return {"from": {"id": start}, "to": {"id": end}, "type": kind}


def test_types_have_names_and_contact_to_company_is_the_primary_one(client):
    types = client.crm.associations.schema.types_api.get_all("contacts", "companies").results
    assert {kind.name: kind.id for kind in types} == {
        "contact_to_company": "1",
        "contact_to_company_unlabeled": "279",
        "billing_contact_to_company": "931",
        "advisor": "21",
        "board": "23",
    }


def test_a_batch_read_gives_a_row_for_each_type(client):
    read = client.crm.associations.batch_api.read_with_http_info
    batch, status, _ = read("contacts", "companies", {"inputs": [{"id": "101"}, {"id": "103"}]})
    assert status == 207
    assert [(row._from.id, sorted(f"{end.id} {end.type}" for end in row.to)) for row in batch.results] == [
        ("101", ["201 advisor", "201 contact_to_company", "201 contact_to_company_unlabeled"]),
    ]
    assert [error.sub_category for error in batch.errors] == ["crm.associations.NO_ASSOCIATIONS_FOUND"]
    assert read("contacts", "companies", {"inputs": [{"id": "102"}]})[1] == 200


def test_a_create_with_status_200_as_hubspot_answers_today_is_none_to_the_client_and_is_done(client):
    inputs = {"inputs": [entry("103", "202", "advisor")]}
    batch, status, _ = client.crm.associations.batch_api.create_with_http_info("contacts", "companies", inputs)
    assert (batch, status) == (None, 200)
    assert rows(client, "contacts", "103", "companies") == ["202 279", "202 USER_DEFINED:21"]


def test_a_create_with_status_201_as_it_was_tells_both_directions(simulate):
    client = simulate("--fact", "v3-create-status=201").client()
    create = client.crm.associations.batch_api.create_with_http_info
    batch, status, _ = create("contacts", "companies", {"inputs": [entry("103", "202", "contact_to_company")]})
    assert status == 201
    assert [(row._from.id, row.to.id, row.type) for row in batch.results] == [
        ("103", "202", "contact_to_company"),
        ("202", "103", "company_to_contact"),
    ]
    assert rows(client, "companies", "202", "contacts") == ["103 2", "103 280"]
    inputs = [entry("103", "202", "friend"), entry("103", "999", "advisor"), entry("103", "203", "279")]
    batch, status, _ = create("contacts", "companies", {"inputs": inputs})
    assert (status, len(batch.results)) == (207, 2)
    assert [error.sub_category for error in batch.errors] == [
        "crm.associations.INVALID_ASSOCIATION_TYPE",
        "crm.associations.TO_OBJECT_NOT_FOUND",
    ]


def test_an_archive_takes_one_type_and_the_plain_one_all(client):
    def archive(kind):
        inputs = {"inputs": [entry("101", "201", kind)]}
        return client.crm.associations.batch_api.archive_with_http_info("contacts", "companies", inputs)[1]

    assert archive("advisor") == 204
    assert rows(client, "companies", "201", "contacts") == ["101 2", "101 280", "102 280"]
    assert archive("contact_to_company_unlabeled") == 204
    assert rows(client, "companies", "201", "contacts") == ["102 280"]


def test_every_method_was_called():
    assert uncalled("test_legacy") == set()
