"""HubSpot's client for the date-based paths, with every answer held to its specification: all but records.

Associations are driven twice: strict, with ids as text, which the specification says; and with ids as numbers, which
recorded answers have, and which this client passes on as they are.
"""

import hubspot_sdk
import pytest
import requests
from hubspot_sdk.types.auth import AccessTokenResponse, PublicAccessTokenInfoResponse, PublicRefreshTokenInfoResponse

from checks import hubspot, pair, user
from sdk_methods import LEFT, offered, uncalled

BOAT = {
    "name": "boat",
    "labels": {"singular": "Boat", "plural": "Boats"},
    "primary_display_property": "hull",
    "required_properties": ["hull"],
    "searchable_properties": ["hull"],
    "secondary_display_properties": [],
    "properties": [{"name": "hull", "label": "Hull", "type": "string", "field_type": "text"}],
    "associated_objects": ["CONTACT"],
    "allows_sensitive_properties": False,
}
SIZE = {"name": "size", "label": "Size", "type": "enumeration", "field_type": "select", "group_name": "sizes"}
SMALL = [{"label": "Small", "value": "36", "hidden": False, "display_order": 0}]
BETWEEN = {"from_object_type": "contacts", "to_object_type": "companies"}


@pytest.fixture
def simulator(simulate):
    """A portal with ids as text."""
    return simulate("--fact", "ids=dated-string")


@pytest.fixture
def sdk(simulator):
    """The client, strict."""
    return simulator.sdk()


@pytest.fixture(params=["text", "numbers"])
def associations(request, simulate):
    """The client, strict and with ids as text, or not strict and with numbers; and how it has an id."""
    if request.param == "text":
        return simulate("--fact", "ids=dated-string").sdk(), str
    return simulate().sdk(_strict_response_validation=False), int


def types(page):
    """The types of a page of associations."""
    return sorted(f"{end.to_object_id} {row.category} {row.type_id}" for end in page for row in end.association_types)


def listed(sdk, contact):
    return types(sdk.crm.associations.list("companies", object_type="contacts", object_id=contact, limit=1))


def test_associations_are_written_and_read(associations):
    sdk, has = associations
    batch = sdk.crm.associations.batch
    made = batch.create(**BETWEEN, inputs=[pair("103", "202", user(21)), pair("103", "203", hubspot(279))]).results
    assert sorted((row.to_object_id, tuple(row.labels)) for row in made) == [(has(202), ("Advisor",)), (has(203), ())]
    assert made[0].from_object_type_id == "0-1"
    read = batch.get(**BETWEEN, inputs=[{"id": "103"}, {"id": "999"}])
    assert {row.from_.id: sorted(end.to_object_id for end in row.to) for row in read.results} == {
        "103": [has(202), has(203)]
    }
    assert listed(sdk, "103") == ["202 HUBSPOT_DEFINED 279", "202 USER_DEFINED 21", "203 HUBSPOT_DEFINED 279"]
    batch.delete_labels(**BETWEEN, inputs=[pair("103", "202", user(21))])
    assert listed(sdk, "103") == ["202 HUBSPOT_DEFINED 279", "203 HUBSPOT_DEFINED 279"]
    batch.delete(**BETWEEN, inputs=[{"from": {"id": "103"}, "to": [{"id": "202"}]}])
    assert listed(sdk, "103") == ["203 HUBSPOT_DEFINED 279"]
    both = batch.create_default(**BETWEEN, inputs=[pair("103", "201")]).results
    assert [(row.from_.id, row.association_spec.association_type_id) for row in both] == [("103", 279), ("201", 280)]


def test_the_client_refuses_ids_as_numbers_where_it_is_strict(simulate):
    with pytest.raises(hubspot_sdk.APIResponseValidationError):
        listed(simulate().sdk(), "101")


def test_one_pair_of_records(associations):
    sdk, has = associations
    one = sdk.crm.associations
    both = one.create(
        "202", from_object_type="contacts", from_object_id="103", to_object_type="companies"
    ).results  # of the default association
    assert [row.association_spec.association_type_id for row in both] == [279, 280]
    path = {"object_type": "contacts", "object_id": "103", "to_object_type": "companies"}
    labeled = one.update_labels("202", **path, body=[user(21)])
    assert (labeled.to_object_id, labeled.labels) == (has(202), ["Advisor"])
    one.delete("202", **path)
    assert listed(sdk, "103") == []


def test_a_search_by_association(sdk):
    found = sdk.crm.associations.search(
        "contacts",
        after="",
        limit=10,
        properties=["email"],
        sorts=[],
        filter_groups=[{"filters": [{"property_name": "associations.company", "operator": "EQ", "value": "201"}]}],
    )
    assert sorted(record.id for record in found.results) == ["101", "102"]


def test_the_report_of_high_usage_is_announced(sdk):
    report = sdk.crm.associations.request_high_usage_report(1000042)
    assert (report.user_email, report.enqueue_time.date_only) == ("ada@example.com", False)


def test_labels(sdk):
    labels = sdk.crm.associations_schema.labels

    def texts():
        return [row.label for row in labels.list_labels("companies", from_object_type="contacts").results]

    made = labels.create_label(
        "companies", from_object_type="contacts", name="boss", label="Boss", inverse_label="Serf"
    ).results
    assert [row.label for row in made] == ["Boss", "Serf"]
    labels.update_label("companies", from_object_type="contacts", association_type_id=made[0].type_id, label="Chief")
    assert {None, "Advisor", "Chief"} <= set(texts())
    labels.delete_label(made[0].type_id, **BETWEEN)
    assert "Chief" not in texts()


def test_limits_that_users_set(sdk):
    labels, limits = sdk.crm.associations_schema.labels, sdk.crm.associations_schema.limits

    def limit(n):
        return [{"category": "USER_DEFINED", "type_id": 21, "max_to_object_ids": n}]

    assert labels.batch_create(**BETWEEN, inputs=limit(5)).results[0].user_enforced_max_to_object_ids == 5
    assert limits.batch_update(**BETWEEN, inputs=limit(6)).results[0].user_enforced_max_to_object_ids == 6
    assert limits.batch_update(**BETWEEN, inputs=limit(10_001)).results == []
    assert [row.type_id for row in limits.list().results] == [21]
    assert len(limits.get_by_object_types("companies", from_object_type="contacts").results) == 5
    limits.batch_delete(**BETWEEN, inputs=[{"category": "USER_DEFINED", "type_id": 21}])
    assert limits.list().results == []


def test_what_the_subscription_limits(sdk):
    limits = sdk.crm.limits
    label = limits.get_association_label_limits(from_object_type_id="0-1", to_object_type_id="0-2").results[0]
    assert (label.from_object_type.object_type_id, label.usage) == ("0-1", 2)
    assert limits.get_association_records_limits_by_object_type("0-2", from_object_type_id="0-1").limit == 250_000
    sdk.crm.associations_schema.labels.batch_create(
        **BETWEEN, inputs=[{"category": "HUBSPOT_DEFINED", "type_id": 279, "max_to_object_ids": 1}]
    )
    full = limits.get_association_records_limits_by_object_type("0-2", from_object_type_id="0-1")
    assert full.total_records_at_limit == 3
    assert [row.object_type_id for row in limits.get_association_records_limits_from_objects().results] == ["0-1"]
    assert [row.object_type_id for row in limits.get_association_records_limits_to_objects("0-1").results] == ["0-2"]
    assert limits.get_calculated_property_limits().overall_usage == 0
    assert limits.get_custom_object_type_limits().usage == 1
    assert limits.get_custom_property_limits().overall_limit > 0
    assert limits.get_pipeline_limits().hubspot_defined_object_types
    assert limits.get_record_limits().custom_object_types.by_object_type[0].usage == 1


def test_a_custom_object_is_made_changed_and_archived(sdk):
    schemas = sdk.crm.object_schemas
    made = schemas.create(**BOAT)
    assert (made.fully_qualified_name, made.allows_sensitive_properties) == ("p7654321_boat", False)
    hull = next(prop for prop in made.properties if prop.name == "hull")
    assert (hull.group_name, hull.description, hull.options) == ("boat_information", "", [])
    assert [schema.name for schema in schemas.list().results] == ["cars", "boat"]
    people = {"labels": {"singular": "Ship", "plural": "Ships"}, "clear_description": False}
    assert schemas.update(made.object_type_id, **people).labels.plural == "Ships"
    assert schemas.get("p_boat").labels.singular == "Ship"
    named = schemas.create_association("p_boat", from_object_type_id=made.object_type_id, to_object_type_id="0-2")
    schemas.delete_association(named.id, object_type="p_boat")
    everything = dict.fromkeys(
        ["include_association_definitions", "include_audit_metadata", "include_property_definitions"], True
    )
    both = schemas.batch.get(inputs=["p_boat", "contacts"], **everything).results
    assert [schema.object_type_id for schema in both] == [made.object_type_id, "0-1"]
    schemas.delete(made.object_type_id)
    assert [(schema.name, schema.archived) for schema in schemas.list(archived=True).results] == [("boat", True)]


def test_the_schema_of_every_type_that_answers(sdk):
    for kind in sdk.crm.object_library.enablement.get_all().enablement_by_object_type_id:
        assert sdk.crm.object_schemas.get(kind).object_type_id == kind
        assert sdk.crm.object_library.enablement.get_by_object_type_id(kind).enablement


def test_properties(sdk):
    properties = sdk.crm.properties
    properties.groups.create("contacts", name="sizes", label="Sizes")
    made = properties.create("contacts", **SIZE, options=SMALL)
    assert (made.name, made.group_name, [option.value for option in made.options]) == ("size", "sizes", ["36"])
    assert properties.update("size", object_type="contacts", label="Size of shoe").label == "Size of shoe"
    assert properties.get("size", object_type="contacts").label == "Size of shoe"
    assert {"size", "email", "lifecyclestage"} <= {prop.name for prop in properties.list("contacts").results}
    more = properties.batch.create("contacts", inputs=[{**SIZE, "name": "hat", "options": SMALL}])
    assert [prop.name for prop in more.results] == ["hat"]
    wanted = {"archived": False, "data_sensitivity": "non_sensitive"}
    read = properties.batch.get("contacts", inputs=[{"name": "hat"}, {"name": "tie"}], **wanted)
    assert [prop.name for prop in read.results] == ["hat"]
    properties.batch.delete("contacts", inputs=[{"name": "hat"}])
    properties.delete("size", object_type="contacts")
    assert [prop.name for prop in properties.list("contacts", archived=True).results] == ["hat", "size"]


def test_groups_of_properties(sdk):
    groups = sdk.crm.properties.groups
    assert groups.create("deals", name="own", label="Own", display_order=2).archived is False
    assert groups.update("own", object_type="deals", label="Our own").label == "Our own"
    assert groups.get("own", object_type="deals").display_order == 2
    assert [group.name for group in groups.list("deals").results] == ["dealinformation", "own"]
    groups.delete("own", object_type="deals")
    with pytest.raises(hubspot_sdk.NotFoundError):
        groups.get("own", object_type="deals")


def stage(label, probability):
    return {"label": label, "display_order": 0, "metadata": {"probability": probability}}


def test_pipelines_and_stages(sdk):
    pipelines = sdk.crm.pipelines
    made = pipelines.create("deals", label="Service", display_order=0, stages=[stage("Asked", "0.1")])
    assert made.stages[0].write_permissions == "CRM_PERMISSIONS_ENFORCEMENT"
    assert [pipeline.label for pipeline in pipelines.list("deals").results] == ["Service", "Sales"]
    at = {"object_type": "deals"}
    assert pipelines.update(made.id, **at, label="Repair").label == "Repair"
    assert pipelines.get(made.id, **at).label == "Repair"
    care = {"label": "Care", "display_order": 1, "stages": [stage("Asked", "0.5")]}
    assert pipelines.update_all_properties(made.id, **at, **care).stages[0].id == made.stages[0].id
    assert pipelines.list_audit(made.id, **at).results[0].portal_id == 7654321
    at = {**at, "pipeline_id": made.id}
    done = pipelines.create_stage(**at, **stage("Done", "1.0"))
    assert done.metadata["isClosed"] == "true"
    assert pipelines.update_stage(done.id, **at, label="Over", metadata={}).label == "Over"
    assert pipelines.get_stage(done.id, **at).label == "Over"
    assert pipelines.update_stage_all_properties(done.id, **at, **stage("Lost", "0.0")).label == "Lost"
    assert pipelines.list_stage_audit(done.id, **at).results
    assert sorted(row.label for row in pipelines.list_stages(made.id, object_type="deals").results) == ["Asked", "Lost"]
    pipelines.delete_stage(done.id, **at)
    pipelines.delete(made.id, object_type="deals")
    assert [pipeline.label for pipeline in pipelines.list("deals").results] == ["Sales"]


def test_owners(sdk):
    owners = sdk.crm.owners
    assert [owner.id for owner in owners.list(limit=1)] == ["42", "43"]
    ada = owners.get(42)
    assert (ada.type, owners.get(ada.user_id, id_property="userId").id) == ("PERSON", "42")
    assert [(owner.id, owner.user_id) for owner in owners.list(archived=True)] == [("44", None)]


def test_exports(sdk):
    exports = sdk.crm.exports
    task = exports.create_async(
        associated_object_type=["companies"],
        export_internal_values_options=[],
        export_name="All",
        export_type="VIEW",
        format="CSV",
        include_labeled_associations=False,
        include_primary_display_property_for_associated_objects=False,
        language="EN",
        object_properties=["email"],
        object_type="contacts",
        override_associated_objects_per_definition_per_row_limit=False,
    )
    while (status := exports.get_status(task.id)).status != "COMPLETE":
        pass
    assert requests.get(status.result, timeout=10).text.startswith("Record ID,Email,Associated Company IDs")
    assert exports.get(task.id).record_count == 4


def test_the_account(sdk):
    assert sdk.account.get().portal_id == 7654321
    assert sdk.account.get_daily_private_apps_usage().results[0].current_usage == 2


def test_tokens(simulate):
    app = {"client_id": "client", "client_secret": "secret"}
    simulator = simulate("--oauth", "client:secret:refresh")
    oauth = simulator.sdk(access_token=None).auth.oauth
    for call in (oauth.create_token, oauth.introspect_token, oauth.revoke_token):
        with pytest.raises(hubspot_sdk.BadRequestError):  # the client sends JSON, where a form is documented
            call(**app)

    def ask(end="", **form):
        return requests.post(f"{simulator.url}/oauth/2026-03/token{end}", data={**app, **form}, timeout=10).json()

    sold = AccessTokenResponse.model_validate(ask(grant_type="refresh_token", refresh_token="refresh"))
    assert (sold.hub_id, sold.user_id) == (7654321, 1000042)
    token = PublicAccessTokenInfoResponse.model_validate(ask("/introspect", token=sold.access_token))
    assert (token.active, token.user, token.signed_access_token.user_id) == (True, "ada@example.com", 1000042)
    assert PublicRefreshTokenInfoResponse.model_validate(ask("/introspect", token="refresh")).user_id == 1000042


def test_what_is_not_served_is_marked_and_reported_once(simulator):
    sdk = simulator.sdk()
    for _ in range(2):
        with pytest.raises(hubspot_sdk.NotFoundError) as missing:
            sdk.crm.lists.get("17")
        assert missing.value.response.headers["X-Hubgraph-Sim"] == "not-served"
    with pytest.raises(hubspot_sdk.NotFoundError) as missing:
        sdk.crm.objects.deals.get("999")
    assert "X-Hubgraph-Sim" not in missing.value.response.headers
    assert simulator.stop() == "hubgraph: GET /crm/lists/2026-03/{id} is not served\n"


def test_the_address_comes_from_the_environment(simulator, monkeypatch):
    monkeypatch.setenv("HUBSPOT_BASE_URL", simulator.url)
    assert hubspot_sdk.HubSpot(access_token="token").account.get().portal_id == 7654321


def test_every_method_is_called_or_left_out_for_a_reason():
    assert uncalled(lambda name: not name.startswith("sdk.crm.objects")) == []


def test_nothing_is_left_out_that_the_client_does_not_have():
    assert [start for start in LEFT if not any(name.startswith(start) for name in offered())] == []
