"""Checks OCSF with its schemas, Prometheus text with two parsers, and Slack's blocks with Slack's own library."""

import json
import re

import jsonschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from slack_sdk.models.blocks import Block

# The version that findings name, and the later ones.
VERSIONS = ["1.5.0", "1.6.0", "1.7.0", "1.8.0"]
LABELS = {"cause", "confidence", "kind"}
SNS = 256 * 1024


def finding_schema(version):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    return jsonschema.Draft202012Validator(schema.get_class_schema(class_name="detection_finding", profiles=["cloud"]))


SCHEMAS = {version: finding_schema(version) for version in VERSIONS}
SEVERITY = {"confirmed": 4, "likely": 3, "undetermined": 2}
CONFIDENCE = {"confirmed": 3, "likely": 2, "undetermined": 1}


def check_ocsf(one):
    """There is one finding for each incident, and it is valid in every schema."""
    text = one.text("ocsf")
    findings = [json.loads(line) for line in text.splitlines()]
    assert text.replace("\n", "").isprintable(), "an invisible character"
    incidents = one.report["incidents"]
    assert len(findings) == len(incidents)
    for finding, incident in zip(findings, incidents):
        for version, schema in SCHEMAS.items():
            errors = [f"{version} {list(error.absolute_path)}: {error.message[:300]}" for error in schema.iter_errors(finding)]
            assert not errors, errors
        assert finding["metadata"]["version"] == VERSIONS[0]
        healthy = incident["cause"] == "network-healthy"
        assert finding["severity_id"] == (1 if healthy else SEVERITY[incident["confidence"]])
        assert finding["confidence_id"] == CONFIDENCE[incident["confidence"]]
        assert finding["message"] == incident["summary"]
        uids = [resource.get("uid") for resource in finding.get("resources", [])]
        assert all(culprit.get("id") in uids for culprit in incident["culprits"]), "a culprit is missing from the resources"
    uids = [finding["finding_info"]["uid"] for finding in findings]
    assert len(set(uids)) == len(uids), "two findings share a uid"


def samples(parse, text):
    return {(sample.name, *sorted(sample.labels.items())): sample.value for family in parse(text) for sample in family.samples}


def check_prometheus(one):
    """Both parsers read the same values, each metric has HELP and TYPE, and the numbers match the report."""
    text = one.text("prometheus")
    read = samples(prometheus, text)
    assert read == samples(open_metrics, text)
    assert all(family.documentation and family.type == "gauge" for family in prometheus(text)), "no HELP or TYPE"
    report = one.report
    assert read[("flowcause_tasks_diagnosed",)] == len(report["tasks"])
    assert read[("flowcause_tasks_started",)] == report["healthy_tasks"]
    assert read[("flowcause_records_read",)] == report["inputs"]["records"]
    n_incidents = sum(value for key, value in read.items() if key[0] == "flowcause_incidents")
    assert n_incidents == len(report["incidents"])
    for defect in report["inputs"]["defects"]:
        assert read[("flowcause_defects", ("kind", defect["kind"]))] == defect["count"]
    labels = [label for _, *labels in read for label in labels]
    assert {name for name, _ in labels} <= LABELS
    assert all(re.fullmatch("[a-z0-9-]+", value) for _, value in labels), "a label value from the input"


def texts(block):
    return block["elements"] if block["type"] == "context" else [block["text"]]


def check_slack(one):
    """Slack's own library accepts every block, the limits are kept, and no text becomes a mention or a link."""
    raw = one.path("slack").read_bytes()
    assert len(raw) < SNS
    message = json.loads(raw)
    blocks = message["blocks"]
    assert 1 <= len(blocks) <= 50
    for block, read in zip(blocks, Block.parse_all(blocks), strict=True):
        read.validate_json()
        assert read.to_dict() == block, f"read as {read.to_dict()}"
        for text in texts(block):
            assert 1 <= len(text["text"].encode("utf-16-le")) // 2 <= (150 if block["type"] == "header" else 3000)
            assert text["type"] == "plain_text" and text["emoji"] is False or text["verbatim"] is True
            assert_escaped(text["text"])
            if one.evil is not None and text["type"] == "mrkdwn":
                assert one.evil[:3] not in text["text"], "hostile text in a formatted block"
    assert_escaped(message["text"])
    assert not re.search(r"@\w", message["text"]), "a mention"


def assert_escaped(text):
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", text), f"not escaped: {text!r}"
    assert text.replace("\n", "").replace("\u2060", "").isprintable(), f"an invisible character: {text!r}"
