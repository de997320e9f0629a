"""Pipelines with their stages, owners, and exports."""

import requests

from checks import refused
from methods import uncalled


def stage(label, probability, order=-1):
    return {"label": label, "displayOrder": order, "metadata": {"probability": probability}}


def test_a_pipeline_is_made_changed_replaced_and_archived(client):
    pipelines = client.crm.pipelines.pipelines_api
    service = {"label": "Service", "displayOrder": 0, "stages": [stage("Asked", "0.1"), stage("Done", "1.0")]}
    made, status, _ = pipelines.create_with_http_info("deals", service)
    assert (status, made.label) == (201, "Service")
    assert [(s.label, s.metadata["isClosed"]) for s in made.stages] == [("Asked", "false"), ("Done", "true")]
    assert [p.label for p in pipelines.get_all("deals").results] == ["Service", "Sales"]
    assert pipelines.update("deals", made.id, {"label": "Repair"}).label == "Repair"
    assert pipelines.get_by_id("deals", made.id).label == "Repair"
    care = pipelines.replace("deals", made.id, {"label": "Care", "displayOrder": 1, "stages": [stage("Asked", "0.5")]})
    assert (care.label, [s.id for s in care.stages]) == (
        "Care",
        [made.stages[0].id],
    )  # a stage of the same name keeps its id
    audit = client.crm.pipelines.pipeline_audits_api.get_audit("deals", made.id).results
    assert {(row.identifier, row.portal_id) for row in audit} == {(made.id, 7654321)}
    assert pipelines.archive_with_http_info("deals", made.id)[1] == 204
    assert refused(404, pipelines.get_by_id, "deals", made.id)["category"] == "OBJECT_NOT_FOUND"
    refused(400, pipelines.archive, "deals", "sales", validate_references_before_delete=True)  # a deal is in it


def test_a_stage_is_made_changed_replaced_and_archived(client):
    stages = client.crm.pipelines.pipeline_stages_api

    def listed():
        return [s.label for s in stages.get_all("deals", "sales").results]

    made, status, _ = stages.create_with_http_info("deals", "sales", stage("Offered", "0.5", 1))
    assert (status, listed()) == (201, ["Open", "Offered", "Won"])
    assert stages.update("deals", "sales", made.id, {"label": "Bid", "metadata": {}}).label == "Bid"
    lost = stages.replace("deals", "sales", made.id, stage("Lost", "0.0", 2))
    assert (lost.id, lost.metadata["isClosed"], listed()) == (made.id, "true", ["Open", "Won", "Lost"])
    assert stages.get_by_id("deals", "sales", made.id).label == "Lost"
    refused(
        404, client.crm.pipelines.pipeline_stage_audits_api.get_audit, "deals", made.id
    )  # {pipelineId} stays in the path
    assert stages.archive_with_http_info("deals", "sales", made.id)[1] == 204
    assert listed() == ["Open", "Won"]
    refused(400, stages.create, "deals", "sales", {"label": "No metadata", "displayOrder": 0, "metadata": {}})


def test_owners_are_listed_in_pages_by_address_by_id_and_by_user(client):
    owners = client.crm.owners.owners_api
    assert [owner.id for owner in client.crm.owners.get_all()] == ["42", "43"]
    first = owners.get_page(limit=1)
    assert ([owner.email for owner in first.results], first.paging.next.after) == (["ada@example.com"], "42")
    assert [owner.email for owner in owners.get_page(limit=1, after="42").results] == ["alan@example.com"]
    assert [owner.last_name for owner in owners.get_page(email="alan@example.com").results] == ["Turing"]
    ada = owners.get_by_id(42)
    assert (ada.first_name, owners.get_by_id(ada.user_id, id_property="userId").id) == ("Ada", "42")
    removed = owners.get_page(archived=True).results
    assert [(owner.id, owner.archived, owner.user_id, owner.user_id_including_inactive) for owner in removed] == [("44", True, None, 1000044)]
    assert owners.get_by_id(44, archived=True).last_name == "Hopper"
    assert refused(404, owners.get_by_id, 45)["category"] == "OBJECT_NOT_FOUND"


def test_an_export_is_started_and_followed(client):
    exports = client.crm.exports.public_exports_api
    task, code, _ = exports.start_with_http_info(
        {
            "exportType": "VIEW",
            "format": "CSV",
            "exportName": "All",
            "objectProperties": ["email"],
            "associatedObjectType": "companies",
            "objectType": "contacts",
            "language": "EN",
        }
    )
    assert code == 202
    status = exports.get_status(task.id)
    while status.status != "COMPLETE":
        status = exports.get_status(task.id)
    lines = requests.get(status.result, timeout=10).text.splitlines()
    assert lines[:2] == ["Record ID,Email,Associated Company IDs", "101,bo@example.com,201"]
    assert len(lines) == 5


def test_every_method_was_called():
    assert uncalled("test_pipelines") == set()
