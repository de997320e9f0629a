"""What the client makes of errors, and which of them it asks again."""

import json

import pytest
import urllib3
from urllib3.util.retry import Retry

from checks import failure, pair, refused, rows, user


def read(client):
    return client.crm.contacts.basic_api.get_by_id("101")


@pytest.fixture
def met(simulate):
    """What the client raises where every request meets a fault."""

    def meet(fault):
        simulator = simulate("--fault", f"{fault}=1")
        error = failure(read, simulator.client())
        assert len(simulator.statuses()) == 1  # it is not asked again
        return error

    return meet


@pytest.mark.parametrize(
    ("fault", "status", "category"),
    [
        ("400", 400, "VALIDATION_ERROR"),
        ("401", 401, "EXPIRED_AUTHENTICATION"),
        ("401-invalid", 401, "INVALID_AUTHENTICATION"),
        ("403", 403, "MISSING_SCOPES"),
        ("423", 423, "LOCKED"),
        ("477", 477, "MIGRATION_IN_PROGRESS"),
        ("500", 500, "INTERNAL_ERROR"),
        ("503", 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_an_error_comes_through_with_its_status_and_its_body(met, fault, status, category):
    error = met(fault)
    body = json.loads(error.body)
    assert (error.status, body["status"], body["category"]) == (status, "error", category)
    assert error.headers["x-hubspot-correlation-id"] == body["correlationId"]
    assert error.headers.get("retry-after") == ("1" if fault == "477" else None)


@pytest.mark.parametrize(
    ("fault", "policy"),
    [
        ("429", "TEN_SECONDLY_ROLLING"),
        ("429-secondly", "SECONDLY"),
        ("429-daily", "DAILY"),
        ("429-nameless", None),
    ],
)
def test_a_429_names_its_policy(met, fault, policy):
    error = met(fault)
    body = json.loads(error.body)
    assert (error.status, body["errorType"], body.get("policyName")) == (429, "RATE_LIMIT", policy)


@pytest.mark.parametrize("fault", ["502", "521", "524"])
def test_a_page_of_html_comes_through_as_text(met, fault):
    error = met(fault)
    assert (error.status, error.body.startswith("<html>")) == (int(fault), True)


def test_a_connection_that_is_reset_is_an_error_of_the_transport(simulate):
    client = simulate("--fault", "reset=1").client(retry=False)
    with pytest.raises(urllib3.exceptions.HTTPError):
        read(client)


def test_a_write_whose_answer_is_lost_is_done_and_can_be_repeated(simulate):
    client = simulate("--fault", "reset-after=2").client()
    create, inputs = client.crm.associations.v4.batch_api.create, {"inputs": [pair("103", "202", user(21))]}
    read(client)
    with pytest.raises(urllib3.exceptions.HTTPError):
        create("contacts", "companies", inputs)
    assert rows(client, "contacts", "103", "companies") == ["202 279", "202 USER_DEFINED:21"]
    with pytest.raises(urllib3.exceptions.HTTPError):
        create("contacts", "companies", inputs)
    assert rows(client, "contacts", "103", "companies") == ["202 279", "202 USER_DEFINED:21"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_is_asked_again_where_the_answer_says_when(simulate, status):
    simulator = simulate("--fault", f"{status}:0=2")
    client = simulator.client()
    for _ in range(2):
        assert read(client).id == "101"
    assert simulator.statuses() == [200, status, 200]


def test_a_write_is_not(simulate):
    simulator = simulate("--fault", "429:0=1")
    search = simulator.client().crm.contacts.search_api.do_search
    assert refused(429, search, {"limit": 1})["policyName"] == "TEN_SECONDLY_ROLLING"
    assert simulator.statuses() == [429]


@pytest.mark.parametrize("status", [429, 502, 504])
def test_everything_is_asked_again_where_the_caller_wants_it(simulate, status):
    simulator = simulate("--fault", f"{status}=2")
    client = simulator.client(retry=Retry(3, status_forcelist=(429, 502, 504), allowed_methods=None, backoff_factor=0))
    read(client)
    assert client.crm.contacts.search_api.do_search({"limit": 1}).total == 4
    assert simulator.statuses() == [200, status, 200]


def test_the_token_has_scopes_for_each_object_type(simulate):
    client = simulate("--without-scope", "companies").client()
    assert read(client).id == "101"
    for call, args in (
        (client.crm.companies.basic_api.get_by_id, ("201",)),
        (client.crm.associations.v4.basic_api.get_page, ("contacts", "101", "companies")),
    ):
        body = refused(403, call, *args)
        assert (body["category"], body["context"]["requiredGranularScopes"]) == (
            "MISSING_SCOPES",
            ["crm.objects.companies.read"],
        )


def test_a_rate_is_told_in_the_headers_and_where_it_is_used_up(simulate):
    client = simulate("--rate", "1/1h").client()
    headers = client.crm.contacts.basic_api.get_by_id_with_http_info("101")[2]
    told = [headers[f"X-HubSpot-RateLimit-{name}"] for name in ("Max", "Remaining", "Interval-Milliseconds")]
    assert told == ["1", "0", "3600000"]
    assert refused(429, read, client)["policyName"] == "TEN_SECONDLY_ROLLING"
    headers = client.crm.contacts.search_api.do_search_with_http_info({"limit": 1})[2]
    assert [name for name in headers if name.lower().startswith("x-hubspot-ratelimit")] == []
