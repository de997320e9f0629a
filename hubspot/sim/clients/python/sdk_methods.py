"""Every method of HubSpot's client for the date-based paths that concerns this project, and what is left out, with the
reason."""

import inspect

import hubspot_sdk
from hubspot_sdk._resource import SyncAPIResource

from methods import CALLS

LEFT = {
    "sdk.account.activity": "who logged in and what people did: neither records nor associations",
    "sdk.crm.app_uninstalls": "an app takes itself away",
    "sdk.crm.deal_splits": "deal splits have no documented object type id, so that the simulator has none",
    "sdk.crm.extensions": "cards and calls within the user interface: neither records nor associations",
    "sdk.crm.feature_flags": "switches of apps: neither records nor associations",
    "sdk.crm.imports": "reads files of records, which the simulator does not take in",
    "sdk.crm.lists": "lists of records: nothing in this project reads them",
    "sdk.crm.properties_validations": "rules that users set for values: nothing in this project reads them",
    "sdk.crm.timeline": "events of apps: neither records nor associations",
}
"""What is left out, by the beginning of its name."""


def offered():
    """The names of all methods that the client has below account, auth and crm."""
    client = hubspot_sdk.HubSpot(access_token="token")
    return {name for part in ("account", "auth", "crm") for name in below(getattr(client, part), f"sdk.{part}")}


def below(resource, path):
    """The names of the methods of a resource."""
    for name, value in inspect.getmembers(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        if inspect.isfunction(value):
            yield f"{path}.{name}"
        elif isinstance(part := getattr(resource, name), SyncAPIResource):
            yield from below(part, f"{path}.{name}")


def uncalled(admit):
    """The methods among those that are admitted that nobody has called, and that are not left out."""
    return sorted(name for name in offered() - CALLS if admit(name) and not name.startswith(tuple(LEFT)))
