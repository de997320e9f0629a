"""What the tests ask again and again."""

import json

import pytest


def hubspot(type_id):
    """One of HubSpot's own association types, as a write names it."""
    return {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}


def user(type_id):
    """An association type that a user has defined, as a write names it."""
    return {"associationCategory": "USER_DEFINED", "associationTypeId": type_id}


def pair(start, end, *types):
    """One input of a batch of associations."""
    return {"from": {"id": start}, "to": {"id": end}, **({"types": list(types)} if types else {})}


def rows(client, start, record, end):
    """The rows that a record lists: "201 USER_DEFINED:21", and for HubSpot's own types "201 279"."""
    page = client.crm.associations.v4.basic_api.get_page(start, record, end, limit=500)
    return sorted(row for result in page.results for row in rows_of(result))


def rows_of(result):
    """The rows of one associated record."""
    for kind in result.association_types:
        prefix = "" if kind.category == "HUBSPOT_DEFINED" else f"{kind.category}:"
        yield f"{result.to_object_id} {prefix}{kind.type_id}"


def refused(status, call, *args, **kwargs):
    """What the server says where the client must raise with a status."""
    error = failure(call, *args, **kwargs)
    assert error.status == status, error
    return json.loads(error.body)


def failure(call, *args, **kwargs):
    """The ApiException that a call raises; each package of the library has one of its own."""
    try:
        value = call(*args, **kwargs)
    except Exception as error:
        if "ApiException" not in {base.__name__ for base in type(error).__mro__}:
            raise
        return error
    pytest.fail(f"an error was expected, and not {value}")
