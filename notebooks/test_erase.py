"""A person who stands everywhere is erased: afterwards every byte of the data folder is read by programs that are not ours."""

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent
TOKEN = "token-of-the-portal"
PERSON, EARLIER, OTHER = 20000000101, 20000000102, 20000000103
TRACES = [str(PERSON), str(EARLIER), "jane.roe@", "Roe-Zimmermann"]
PORTAL = f"""
portal 77 currency=EUR
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false probability=0.2
label contacts 21 "Advisor" companies 22 "Advises"
label contacts 23 "Decision maker" deals 24 "Decides"
contacts {PERSON} created=2025-01-01T00:00:00Z email=jane.roe@example.com firstname=Jane lastname=Roe-Zimmermann phone="+49 30 1234567"
contacts {EARLIER} created=2025-01-01T00:00:00Z email=jane.roe@example.org firstname=Jane lastname=Roe-Zimmermann
contacts {OTHER} created=2025-01-01T00:00:00Z email=john@example.com firstname=John lastname=Doe
companies 201 created=2025-01-01T00:00:00Z name="Acme" domain=example.com
companies 202 created=2025-01-01T00:00:00Z name="Bolt"
contacts {PERSON} -> companies 201 "Advisor"
contacts {EARLIER} -> companies 202
contacts {OTHER} -> companies 201
"""
DEALS = range(301, 309)
for deal in DEALS:
    PORTAL += f'deals {deal} created=2025-01-01T00:00:00Z pipeline=default dealstage=open amount=5 dealname="Deal {deal}"\n'
    PORTAL += f"deals {deal} -> contacts {PERSON}\n" + (f"deals {deal} -> companies 201\n" if deal % 2 else "")
PORTAL += f'deals 309 created=2025-01-01T00:00:00Z pipeline=default dealstage=open amount=7 dealname="Deal 309"\ndeals 309 -> contacts {OTHER}\ndeals 309 -> companies 201\n'


class Folder:
    """A data folder, the program, and the portal that it read."""

    def __init__(self, folder, program, url):
        self.folder, self.program, self.data = folder, program, folder / "hubgraph-data"
        self.environment = {**os.environ, "HUBSPOT_BASE_URL": url, "HUBSPOT_ACCESS_TOKEN": TOKEN, "HUBSPOT_WRITE_TOKEN": TOKEN}
        self.url = url

    def run(self, *arguments, codes=(0,)):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True)
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout

    def night(self, text):
        urllib.request.urlopen(urllib.request.Request(self.url + "/_sim/night", data=text.encode(), method="POST")).close()

    def texts(self):
        """All that the files of the folder hold, as text, by file."""
        found = {}
        for path in sorted(self.data.rglob("*")):
            name = str(path.relative_to(self.data))
            if path.is_dir():
                continue
            if path.suffix == ".parquet":
                rows = duckdb.sql(f"SELECT to_json(t)::VARCHAR FROM read_parquet('{path}', hive_partitioning = false) t").fetchall()
                found[name] = "\n".join(row[0] for row in rows)
            elif path.suffix == ".duckdb":
                with duckdb.connect(str(path), read_only=True) as db:
                    for (table,) in db.sql("SELECT table_name FROM duckdb_tables()").fetchall():
                        rows = db.sql(f'SELECT to_json(t)::VARCHAR FROM "{table}" t').fetchall()
                        found[f"{name} {table}"] = "\n".join(row[0] for row in rows)
                found[name] = path.read_bytes().decode("latin-1")
            else:
                found[name] = path.read_bytes().decode("latin-1")
        return found

    def holding(self, traces):
        return {name: [t for t in traces if t in text] for name, text in self.texts().items() if any(t in text for t in traces)}

    def ask(self, table, query):
        files = str(self.data / "lake" / "portal=77" / "*" / table / "*.parquet")
        return duckdb.sql(query.replace("TABLE", f"read_parquet('{files}', filename = true, hive_partitioning = false)")).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("erase")
    program = tmp_path / "hubgraph"
    subprocess.run(["go", "build", "-o", str(program), "./cmd/hubgraph"], cwd=ROOT, check=True)
    (tmp_path / "portal.txt").write_text(PORTAL)
    (tmp_path / "hubgraph.yaml").write_text("properties: [contacts=email, contacts=firstname, contacts=lastname, contacts=phone]\n")
    sim = subprocess.Popen([program, "sim", "--portal", "portal.txt", "--token", TOKEN], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        f = Folder(tmp_path, program, sim.stdout.readline().strip())
        codes = (0, 3, 6)
        f.run("run", codes=codes)
        # A night with losses, and one in which two records become one.
        f.night(f"unlink deals 301 contacts {PERSON}\nunlink contacts {PERSON} companies 201")
        f.run("run", codes=codes)
        f.run("repair", "plan", "--restore-from", "last-complete", "--output", "plan.json", codes=(0, 3))
        plan = json.loads((tmp_path / "plan.json").read_text())
        f.run("repair", "apply", "plan.json", "--execute", "--approve", plan["digest"], "--no-canary", codes=(0, 3))
        f.night(f"merge contacts {PERSON} {EARLIER}")
        f.run("run", codes=codes)
        ((f.today,),) = f.ask("id_alias", f"SELECT DISTINCT current_id FROM TABLE WHERE old_id = {EARLIER}")
        yield f
    finally:
        sim.terminate()
        sim.wait()
        sim.stdout.close()


@pytest.fixture
def folder(made):
    """The folder as it was made, which a test may change."""
    shutil.copytree(made.data, made.folder / "kept", dirs_exist_ok=True)
    yield made
    shutil.rmtree(made.data)
    (made.folder / "kept").rename(made.data)


def test_nothing_is_left(folder):
    traces = [*TRACES, str(folder.today)]
    before = folder.holding(traces)
    places = {name.split("/")[0].split(" ")[0] for name in before}
    assert {"lake", "audits", "repairs", "work", "hubgraph.duckdb"} <= places, places
    tables = {Path(name).parent.name for name in before if name.endswith(".parquet")}
    assert {"objects", "associations", "id_alias", "findings"} <= tables, tables
    evidence = folder.data / "audits" / "portal=77" / "*" / "findings" / "*.parquet"
    others = f"SELECT count(*) FROM read_parquet('{evidence}') WHERE evidence LIKE '%{PERSON}%' AND subject_type IN ('deals', 'companies')"
    assert duckdb.sql(others).fetchone()[0] > 0, "no finding about another record says anything of the person"

    counted = json.loads(folder.run("erase", f"contacts:{EARLIER}", "--dry-run", "--format", "json"))
    assert folder.holding(traces) == before, "a dry run changes something"
    held = {name.split(" ")[0] for name in before}
    # Beside what names the person, there are the fingerprints of findings about it.
    assert held == {place["file"] for place in counted["found"] if "fingerprint" not in place["columns"] and "finding_changes" not in place["file"]}

    ids = f"({PERSON}, {EARLIER}, {folder.today})"
    kept = f"SELECT object_type, object_id, name, properties FROM TABLE WHERE object_id NOT IN {ids} ORDER BY ALL"
    rest = folder.ask("objects", kept)
    links = folder.ask("associations", f"SELECT * FROM TABLE WHERE from_id NOT IN {ids} AND to_id NOT IN {ids} ORDER BY ALL")
    erased = json.loads(folder.run("erase", f"contacts:{EARLIER}", "--yes", "--format", "json"))
    assert erased["left"] == [] and erased["looked"]["unread"] == []
    assert folder.holding(traces) == {}
    assert folder.ask("objects", kept) == rest
    assert links and folder.ask("associations", "SELECT * FROM TABLE ORDER BY ALL") == links

    folder.run("snapshots", "verify")
    folder.run("repair", "status")
    for entry in (folder.data / "lake" / "portal=77").iterdir():
        manifest = json.loads((entry / "manifest.json").read_text())
        assert manifest["erased"][0]["rows"] > 0
        assert manifest["snapshot"]["objects"] == next(f["rows"] for f in manifest["files"] if f["table"] == "objects")
    assert "nothing in" in folder.run("erase", f"contacts:{PERSON}", "--yes")


def test_counts_of_the_rest_agree(folder):
    folder.run("erase", f"contacts:{PERSON}", "--yes")
    stats = """WITH s AS (FROM TABLE), n AS (
        SELECT replace(filename, '/associations/', '/association_stats/') AS filename, from_type, to_type, category, type_id, count(*) AS edges, count(DISTINCT from_id) AS records
        FROM read_parquet('%s', filename = true, hive_partitioning = false) GROUP BY ALL)
        SELECT count(*), count(n.edges) FROM s LEFT JOIN n USING (filename, from_type, to_type, category, type_id)
        WHERE s.edges <> coalesce(n.edges, 0) OR s.from_records <> coalesce(n.records, 0)"""
    assert folder.ask("association_stats", stats % (folder.data / "lake" / "portal=77" / "*" / "associations" / "*.parquet")) == [(0, 0)]
    degrees = dict(folder.ask("objects", "SELECT object_id, max(degree) FROM TABLE WHERE object_type = 'deals' GROUP BY ALL"))
    assert degrees == {deal: deal % 2 for deal in DEALS} | {309: 2}


def test_no_later_night_reports_a_loss(folder):
    folder.night(f"archive contacts {folder.today}")
    folder.run("erase", f"contacts:{PERSON}", "--yes")
    report = json.loads(folder.run("run", "--format", "json", codes=(0, 3, 6)))
    assert [f["check"] for f in report["findings"] if f["state"] == "event" and f["first_seen"] == report["snapshot"]["started_at"]] == []
    assert {c["id"]: c["new"] for c in report["checks"] if c["id"] in ("newly_orphaned", "edge_removed", "mass_disassociation")} == {
        "newly_orphaned": 0, "edge_removed": 0, "mass_disassociation": 0}
    # What is true of the deals today is said all the same.
    assert any(f["check"] == "deal_without_contact" and f["state"] == "new" for f in report["findings"])
    assert folder.holding([*TRACES, str(folder.today)]) == {}
