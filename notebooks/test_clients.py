"""DuckDB's own clients, of the versions that people have, open the file and read all of it."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

HERE = Path(__file__).parent
VENV = Path(sys.executable).parent.parent

# Runs the statements of standard input over a file, and prints the errors.
READ = """
import sys, duckdb
db = duckdb.connect(sys.argv[1], read_only=True)
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
for statement in sys.stdin.read().splitlines():
    try:
        db.execute(statement).fetchall()
    except Exception as error:
        print(statement + ": " + str(error).splitlines()[0])
"""

# In 1.1.3 the value of a key of a map is a list, and some joins are not there.
UNKNOWN_TO_1_1_3 = {
    "checks.count_property_disagrees", "checks.line_item_without_parent",
    "checks.primary_property_disagrees", "checks.qualified_lead_without_deal", "checks.ticket_contact_company_open",
    "checks.ticket_without_requester", "main.counted_records", "main.primary_properties", "main.qualified_leads",
}


@pytest.fixture(scope="module")
def views(demo):
    with duckdb.connect(str(demo / "hubgraph.duckdb"), read_only=True) as db:
        found = db.execute("SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    return [name for (name,) in found]


def read(demo, views, command, **more):
    """Has a client read every view, and call macros; returns the errors by statement."""
    statements = {f"SELECT * FROM {view} LIMIT 5": view for view in views}
    for call in ("neighbors('deals', 20000160606)", "path_between('contacts', 101, 'deals', 304)", "orphans_by_owner()", "top_hubs()"):
        statements[f"SELECT * FROM {call}"] = call
    done = subprocess.run(command, input="\n".join(statements), capture_output=True, text=True, check=True, **more)
    return {statements[line.partition(": ")[0]]: line for line in done.stdout.splitlines()}


@pytest.mark.parametrize("version", ["1.1.3", "1.5.6", "2.0.1"])
def test_python(demo, views, version):
    at = {} if version == duckdb.__version__ else {"env": {**os.environ, "PYTHONPATH": str(VENV / f"duckdb-{version}")}}
    failed = read(demo, views, [sys.executable, "-c", READ, str(demo / "hubgraph.duckdb"), version], **at)
    assert set(failed) == (UNKNOWN_TO_1_1_3 if version == "1.1.3" else set()), failed


def test_the_documentation_counts_what_1_1_3_cannot_read():
    assert f"1.1.3 cannot read {len(UNKNOWN_TO_1_1_3)} of the views" in (HERE.parent / "docs" / "lake.md").read_text()


def test_node(demo, views):
    assert not read(demo, views, ["node", "read.mjs", str(demo / "hubgraph.duckdb")], cwd=HERE / "node")


def test_shell(demo, views):
    shell = [str(VENV / "bin" / "duckdb"), "-readonly", "-bail", str(demo / "hubgraph.duckdb")]
    script = "".join(f"SELECT * FROM {view} LIMIT 5;\n" for view in views)
    done = subprocess.run(shell, input=script, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
