"""The associations of v4."""

from datetime import datetime

import pytest

from checks import hubspot, pair, refused, rows, rows_of, user
from methods import uncalled


@pytest.fixture
def v4(client):
    """The associations of a new portal."""
    return client.crm.associations.v4


def test_a_batch_read_tells_who_has_associations_and_as_errors_who_has_none(v4):
    inputs = {"inputs": [{"id": record} for record in ("101", "103", "999", "20000000001")]}
    batch, status, _ = v4.batch_api.get_page_with_http_info("contacts", "companies", inputs)
    assert (status, batch.status, batch.num_errors) == (207, "COMPLETE", 2)
    assert {result._from.id: sorted(row for end in result.to for row in rows_of(end)) for result in batch.results} == {
        "101": ["201 1", "201 279", "201 USER_DEFINED:21"],
        "20000000001": ["203 279", "203 USER_DEFINED:23"],
    }
    assert batch.results[0].paging is None
    assert [(error.category, error.sub_category, error.context["fromObjectId"]) for error in batch.errors] == [
        ("OBJECT_NOT_FOUND", "crm.associations.NO_ASSOCIATIONS_FOUND", ["103"]),
        ("OBJECT_NOT_FOUND", "crm.associations.NO_ASSOCIATIONS_FOUND", ["999"]),
    ]


def test_ids_become_texts_and_labels_are_texts_or_none(v4):
    page = v4.basic_api.get_page("contacts", "101", "companies")
    assert (page.paging, page.results[0].to_object_id) == (None, "201")
    assert sorted(str(kind.label) for kind in page.results[0].association_types) == ["Advisor", "None", "Primary"]


def test_a_labelled_write_adds_the_plain_type_and_the_inverses_with_their_ids(client, v4):
    inputs = {"inputs": [pair("103", "202", user(21))]}
    batch, status, _ = v4.batch_api.create_with_http_info("contacts", "companies", inputs)
    assert (status, batch.status) == (201, "COMPLETE")
    assert isinstance(batch.started_at, datetime)
    assert isinstance(batch.completed_at, datetime)
    assert [result.to_dict() for result in batch.results] == [
        {
            "from_object_type_id": "0-1",
            "from_object_id": "103",
            "to_object_type_id": "0-2",
            "to_object_id": "202",
            "labels": ["Advisor"],
        }
    ]
    assert rows(client, "contacts", "103", "companies") == ["202 279", "202 USER_DEFINED:21"]
    assert rows(client, "companies", "202", "contacts") == ["103 280", "103 USER_DEFINED:22"]


@pytest.mark.parametrize(
    ("mode", "want"),
    [
        ("replace", ["201 279", "201 USER_DEFINED:23"]),
        ("add", ["201 1", "201 279", "201 USER_DEFINED:21", "201 USER_DEFINED:23"]),
    ],
)
def test_a_write_of_labels_replaces_or_adds(simulate, mode, want):
    client = simulate("--fact", f"label-write={mode}").client()
    for kind in (user(23), hubspot(279)):  # the plain type takes no label away
        client.crm.associations.v4.batch_api.create("contacts", "companies", {"inputs": [pair("101", "201", kind)]})
        assert rows(client, "contacts", "101", "companies") == want


def test_a_record_has_one_primary_company(client, v4):
    labels, status, headers = v4.basic_api.create_with_http_info("contacts", "101", "companies", "202", [hubspot(1)])
    assert (status, labels.from_object_id, labels.to_object_id, labels.labels) == (201, "101", "202", ["Primary"])
    assert headers["location"].endswith("/crm/v4/objects/contacts/101/associations/companies/202")
    assert rows(client, "contacts", "101", "companies") == ["201 279", "201 USER_DEFINED:21", "202 1", "202 279"]
    assert rows(client, "companies", "201", "contacts") == ["101 280", "101 USER_DEFINED:22", "102 280"]
    assert rows(client, "companies", "202", "contacts") == ["101 2", "101 280"]


def test_a_default_association_is_plain_and_told_in_both_directions(client, v4):
    inputs = {"inputs": [pair("103", "202")]}
    many = v4.batch_api.create_default_with_http_info("contacts", "companies", inputs)
    one = v4.basic_api.create_default_with_http_info("contacts", "103", "companies", "202")
    for batch, status, _ in (many, one):
        told = [(row._from.id, row.to.id, row.association_spec.association_type_id) for row in batch.results]
        assert (status, told) == (200, [("103", "202", 279), ("202", "103", 280)])
    assert rows(client, "companies", "202", "contacts") == ["103 280"]
    assert "no default" in refused(400, v4.basic_api.create_default, "deals", "301", "p_cars", "401")["message"]


def test_a_label_goes_alone_and_the_plain_type_takes_all_with_it(client, v4):
    def remove(start, end, kind):
        types = ("companies", "contacts") if start == "201" else ("contacts", "companies")
        return v4.batch_api.archive_labels_with_http_info(*types, {"inputs": [pair(start, end, kind)]})

    assert remove("201", "101", user(22))[:2] == (None, 204)
    assert rows(client, "contacts", "101", "companies") == ["201 1", "201 279"]
    remove("101", "201", hubspot(279))
    assert rows(client, "contacts", "101", "companies") == []
    assert rows(client, "companies", "201", "contacts") == ["102 280"]


def test_an_archived_association_is_gone_from_both_ends(client, v4):
    inputs = {"inputs": [{"from": {"id": "101"}, "to": [{"id": "201"}, {"id": "202"}]}]}
    assert v4.batch_api.archive_with_http_info("contacts", "companies", inputs)[1] == 204
    for _ in range(2):  # once more is no error
        assert v4.basic_api.archive_with_http_info("companies", "201", "contacts", "102")[1] == 204
    assert rows(client, "contacts", "101", "companies") == []
    assert rows(client, "companies", "201", "contacts") == []


def test_pages_are_followed_with_the_cursor_as_it_was_handed_out(simulate):
    v4 = simulate("--page-size", "2").client().crm.associations.v4
    inputs = [pair("201", record, hubspot(280)) for record in ("103", "20000000001")]
    v4.batch_api.create("companies", "contacts", {"inputs": inputs})

    def batch(after):
        result = v4.batch_api.get_page("companies", "contacts", {"inputs": [{"id": "201", "after": after}]}).results[0]
        return result.to, result.paging

    def single(after):  # the client encodes the cursor once more
        page = v4.basic_api.get_page("companies", "201", "contacts", limit=2, **({"after": after} if after else {}))
        return page.results, page.paging

    for read in (batch, single):
        first, paging = read(None)
        assert paging.next.after.endswith("%3D")
        second, end = read(paging.next.after)
        assert [sorted(int(row.to_object_id) for row in page) for page in (first, second)] == [
            [101, 102],
            [103, 20000000001],
        ]
        assert end is None


def test_an_input_that_is_wrong_is_an_error_item_and_the_others_are_done(client, v4):
    inputs = [
        pair(start, end, user(21)) for start, end in (("103", "202"), ("999", "202"), ("103", "999"), ("x", "202"))
    ]
    batch, status, _ = v4.batch_api.create_with_http_info("contacts", "companies", {"inputs": inputs})
    assert (status, batch.num_errors, len(batch.results)) == (207, 3, 1)
    assert [(error.status, error.category, error.sub_category, error.context["id"]) for error in batch.errors] == [
        ("error", "OBJECT_NOT_FOUND", "crm.associations.FROM_OBJECT_NOT_FOUND", ["999"]),
        ("error", "OBJECT_NOT_FOUND", "crm.associations.TO_OBJECT_NOT_FOUND", ["999"]),
        ("error", "VALIDATION_ERROR", "crm.associations.INVALID_IDENTIFIER", ["x"]),
    ]
    assert rows(client, "contacts", "103", "companies") == ["202 279", "202 USER_DEFINED:21"]
    own = v4.batch_api.create("contacts", "contacts", {"inputs": [pair("101", "101", hubspot(449))]})
    assert "cannot be associated to itself" in own.errors[0].message


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([pair("103", "202", hubspot(279)), pair("103", "202", user(99))], "One or more associations are invalid"),
        ([pair("103", "202", hubspot(280))], "invalid from object type 0-1"),
        ([{**pair("103", "202"), "types": []}], "types"),
        ([{"to": {"id": "202"}, "types": [hubspot(279)]}], "[from, to]"),
        ([pair("103", "202", hubspot(279))] * 2001, "2000"),
    ],
)
def test_a_batch_that_is_wrong_is_refused_as_a_whole(client, v4, inputs, message):
    body = refused(400, v4.batch_api.create, "contacts", "companies", {"inputs": inputs})
    assert (body["status"], body["category"]) == ("error", "VALIDATION_ERROR")
    assert message in body["message"]
    assert rows(client, "contacts", "103", "companies") == []


def test_what_is_not_there_is_refused(v4):
    many, one = v4.batch_api, v4.basic_api
    assert "1000" in refused(400, many.get_page, "contacts", "companies", {"inputs": [{"id": "101"}] * 1001})["message"]
    unknown = refused(400, many.get_page, "contacts", "cars", {"inputs": [{"id": "101"}]})
    assert unknown["message"] == "Unable to infer object type from: cars"
    foreign = refused(400, many.create, "deals", "companies", {"inputs": [pair("301", "202", hubspot(1))]})
    assert foreign["context"]["INVALID_OBJECT_IDS"][0].startswith("CONTACT=301 ")
    assert refused(400, one.create, "contacts", "103", "companies", "202", [])["category"] == "VALIDATION_ERROR"
    assert (
        refused(404, one.create, "contacts", "999", "companies", "202", [hubspot(279)])["category"]
        == "OBJECT_NOT_FOUND"
    )
    assert refused(404, one.get_page, "contacts", "999", "companies")["category"] == "OBJECT_NOT_FOUND"
    assert refused(404, one.archive, "contacts", "101", "companies", "999")["category"] == "OBJECT_NOT_FOUND"


def test_the_report_of_high_usage_is_announced(v4):
    with pytest.raises(TypeError):  # the client takes the time for a date, and HubSpot sends an object
        v4.report_api.request(1000042)
    raw = v4.report_api.request(1000042, _preload_content=False)
    assert (raw.status, raw.data.decode().startswith('{"userId":1000042,"userEmail":"ada@example.com",')) == (200, True)


def test_every_method_was_called():
    assert uncalled("test_associations") == set()
