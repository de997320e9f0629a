"""The tokens of an OAuth app."""

import pytest

from checks import refused
from methods import uncalled

APP = ("--oauth", "client:secret:refresh")


@pytest.fixture
def simulator(simulate):
    """A portal with an app."""
    return simulate(*APP)


def refresh(simulator, client="client", secret="secret", token="refresh"):
    """The call that buys an access token, and its arguments."""
    create = simulator.client(access_token=None).oauth.tokens_api.create
    return create, {"grant_type": "refresh_token", "client_id": client, "client_secret": secret, "refresh_token": token}


def buy(simulator):
    create, form = refresh(simulator)
    return create(**form)


def test_a_refresh_token_buys_access_tokens(simulator):
    sold = buy(simulator)
    assert (sold.refresh_token, sold.expires_in, sold.token_type) == ("refresh", 1800, "bearer")
    assert simulator.client(access_token=sold.access_token).crm.contacts.basic_api.get_by_id("101").id == "101"
    assert buy(simulator).access_token != sold.access_token
    stranger = refused(401, simulator.client().crm.contacts.basic_api.get_by_id, "101")
    assert stranger["category"] == "INVALID_AUTHENTICATION"


def test_a_code_buys_tokens_once(simulator):
    create = simulator.client(access_token=None).oauth.tokens_api.create
    form = {
        "grant_type": "authorization_code",
        "code": "code",
        "redirect_uri": "http://localhost/",
        "client_id": "client",
        "client_secret": "secret",
    }
    assert create(**form).access_token
    assert refused(400, create, **form)["status"] == "BAD_AUTH_CODE"


@pytest.mark.parametrize(
    ("wrong", "status"), [("token", "BAD_REFRESH_TOKEN"), ("secret", "BAD_CLIENT_SECRET"), ("client", "BAD_CLIENT_ID")]
)
def test_what_is_wrong_buys_nothing(simulator, wrong, status):
    create, form = refresh(simulator, **{wrong: "other"})
    assert refused(400, create, **form)["status"] == status


def test_tokens_tell_of_themselves_until_they_are_revoked(simulator):
    oauth = simulator.client(access_token=None).oauth
    token = buy(simulator).access_token
    access = oauth.access_tokens_api.get(token)
    assert (access.token, access.hub_id, access.token_type, access.hub_domain) == (
        token,
        7654321,
        "access",
        "example.com",
    )
    assert "crm.objects.contacts.read" in access.scopes
    assert 0 < access.expires_in <= 1800
    own = oauth.refresh_tokens_api.get("refresh")
    assert (own.hub_id, own.client_id, own.token_type) == (7654321, "client", "refresh")
    assert oauth.refresh_tokens_api.archive_with_http_info("refresh")[1] == 204
    refused(404, oauth.refresh_tokens_api.get, "refresh")
    create, form = refresh(simulator)
    assert refused(400, create, **form)["status"] == "BAD_REFRESH_TOKEN"


def test_an_access_token_ends(simulate):
    simulator = simulate(*APP, "--token-life", "1ns")
    client = simulator.client(access_token=buy(simulator).access_token)
    assert refused(401, client.crm.contacts.basic_api.get_by_id, "101")["category"] == "EXPIRED_AUTHENTICATION"


def test_every_method_was_called():
    assert uncalled("test_tokens") == set()
