"""Every method of HubSpot's client that concerns this project, the file that drives it, and what is left out, with the
reason."""

import inspect

from hubspot import HubSpot
from hubspot.discovery.discovery_base import DiscoveryBase

BASIC = "archive create get_by_id get_page update"
BATCH = "archive create read update upsert"


def records(*names):
    """The methods of classes of records."""
    kinds = {"basic_api": BASIC, "batch_api": BATCH, "search_api": "do_search"}
    return {f"crm.{name}.{api}": methods for name in names for api, methods in kinds.items()}


DRIVEN = {
    "test_associations": {
        "crm.associations.v4.basic_api": "archive create create_default get_page",
        "crm.associations.v4.batch_api": "archive archive_labels create create_default get_page",
        "crm.associations.v4.report_api": "request",
    },
    "test_legacy": {
        "crm.associations.batch_api": "archive create read",
        "crm.associations.schema.types_api": "get_all",
    },
    "test_labels": {
        "crm.associations.v4.schema.definitions_api": "create get_all remove update",
        "crm.associations.v4.schema.definition_configurations_api": (
            "batch_create batch_remove batch_update get_all get_all_between_two_object_types"
        ),
    },
    "test_records": {
        **records(
            "companies",
            "contacts",
            "deals",
            "tickets",
            "products",
            "line_items",
            "quotes",
            "commerce.invoices",
            "objects",
        ),
        **records(
            *(
                f"objects.{name}"
                for name in "calls communications emails goals leads meetings notes postal_mail tasks taxes".split()
            )
        ),
        "crm.contacts.basic_api": f"{BASIC} merge purge",
        "crm.companies.basic_api": f"{BASIC} merge",
        "crm.deals.basic_api": f"{BASIC} merge",
        "crm.tickets.basic_api": f"{BASIC} merge",
        "crm.objects.feedback_submissions.basic_api": "get_by_id get_page",
        "crm.objects.feedback_submissions.batch_api": "read",
        "crm.objects.feedback_submissions.search_api": "do_search",
        **{
            f"crm.{name}": "get_all"
            for name in "companies contacts deals line_items products quotes tickets commerce.invoices".split()
        },
        "crm.objects": "fetch_all get_all",
    },
    "test_schemas": {
        "crm.schemas.core_api": "archive archive_association create create_association get_all get_by_id update",
        "crm.properties.batch_api": "archive create read",
        "crm.properties.core_api": "archive create get_all get_by_name update",
        "crm.properties.groups_api": "archive create get_all get_by_name update",
    },
    "test_pipelines": {
        "crm.pipelines.pipeline_audits_api": "get_audit",
        "crm.pipelines.pipeline_stage_audits_api": "get_audit",
        "crm.pipelines.pipeline_stages_api": "archive create get_all get_by_id replace update",
        "crm.pipelines.pipelines_api": "archive create get_all get_by_id replace update",
        "crm.owners.owners_api": "get_by_id get_page",
        "crm.owners": "get_all",
        "crm.exports.public_exports_api": "get_status start",
    },
    "test_tokens": {
        "oauth.access_tokens_api": "get",
        "oauth.refresh_tokens_api": "archive get",
        "oauth.tokens_api": "create",
    },
}
"""The methods of each class, by the file that drives them."""

LEFT = {
    "crm.extensions": "cards and calls within the user interface: neither records nor associations",
    "crm.imports": "reads files of records, which the simulator does not take in",
    "crm.lists": "lists of records: nothing in this project reads them",
    "crm.timeline": "events of apps: neither records nor associations",
    "crm.objects.deal_splits": "deal splits have no documented object type id, so that the simulator has none",
}
"""What is left out, by the beginning of its name."""

CALLS = set()


class Noted:
    """A client, or a part of it, that notes which methods are called: crm.owners.owners_api.get_page."""

    def __init__(self, part, path=""):
        self._part, self._path = part, path

    def __getattr__(self, name):
        value = getattr(self._part, name)
        path = f"{self._path}.{name}".lstrip(".")
        if not inspect.ismethod(value):
            return Noted(value, path)

        def call(*args, **kwargs):
            CALLS.add(path.removesuffix("_with_http_info"))
            return value(*args, **kwargs)

        return call


def uncalled(file):
    """The methods of a file's classes that it has not called."""
    return set(methods_of(DRIVEN[file])) - CALLS


def methods_of(classes):
    """The names of all methods of a table of classes."""
    return [f"{name}.{method}" for name, methods in classes.items() for method in methods.split()]


def offered():
    """The names of all methods that the library has below crm and oauth."""
    client = HubSpot(access_token="token")
    names = [*below(client.crm, "crm"), *below(client.oauth, "oauth")]
    return [name for name in names if not name.endswith("_with_http_info")]


def below(part, path):
    """The names of the methods of a part of the client."""
    for name, value in inspect.getmembers(type(part)):
        if name.startswith("_"):
            continue
        if inspect.isfunction(value):
            yield f"{path}.{name}"
        elif isinstance(value, property) and isinstance(part, DiscoveryBase):
            yield from below(getattr(part, name), f"{path}.{name}")
