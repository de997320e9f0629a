"""The checks on Spark and on Sail, held against DuckDB: the same rows for every check and universe, and so the same audit.

Portals, nights and audits are made with the simulator and hubgraph itself. `make spark` runs this.
"""

import collections
import datetime
import decimal
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import urllib.request

import duckdb
import pytest

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
ENVIRONMENTS = {"spark": ROOT / ".venv-spark", "sail": ROOT / ".venv-sail"}
TOKEN = "token-of-the-portals"
HANGS = 3600  # seconds after which a program is taken to hang, even on a machine that has much else to do

# A laptop's Spark: two threads, a small heap, no server for its pages, and a compiler that soon has done.
LAPTOP = """
spark.master local[2]
spark.driver.memory 1g
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.ui.enabled false
spark.ui.showConsoleProgress false
spark.log.level ERROR
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m
"""

# What is particular about each portal: its seed, settings, and a fault that the last night meets.
Kind = collections.namedtuple("Kind", "seed settings fault nights")
PORTALS = {
    1001: Kind(1, None, None, 3),
    1002: Kind(2, "checks:\n  grace_hours: 48\n  deal_without_contact: {grace_hours: 20000}\n",
               "POST /crm/associations/*/0-3/0-1/batch/read poison {deal}\n", 3),
    1003: Kind(3, None, None, 1),  # without a baseline
}


def run(*command, code=0, **more):
    done = subprocess.run([str(c) for c in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=HANGS, **more)
    assert done.returncode in (code if isinstance(code, tuple) else (code,)), f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def post(url):
    with urllib.request.urlopen(urllib.request.Request(url, method="POST")) as answer:
        return answer.read().decode()


def get(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


class Simulator:
    """A running `hubgraph sim`."""

    def __init__(self, hubgraph, *arguments):
        self.process = subprocess.Popen([str(a) for a in (hubgraph, "sim", "--rate", "100000/10s", *arguments)], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="session")
def hubgraph(tmp_path_factory):
    program = tmp_path_factory.mktemp("bin") / "hubgraph"
    run(os.environ.get("GO", "go"), "build", "-o", program, "./cmd/hubgraph", cwd=ROOT)
    return program


@pytest.fixture(scope="session")
def sail():
    """The environment of a server of Sail."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen([ENVIRONMENTS["sail"] / "bin" / "sail", "spark", "server", "--ip", "127.0.0.1", "--port", str(port)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield {"SPARK_REMOTE": f"sc://127.0.0.1:{port}"}
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def laptop(tmp_path_factory):
    """The folder of Spark's settings."""
    folder = tmp_path_factory.mktemp("conf")
    (folder / "spark-defaults.conf").write_text(LAPTOP)
    (folder / "log4j2.properties").write_text("rootLogger.level = error\nrootLogger.appenderRef.c.ref = c\nappender.c.type = Console\n"
                                              "appender.c.name = c\nappender.c.target = SYSTEM_ERR\nappender.c.layout.type = PatternLayout\n")
    return folder


@pytest.fixture(scope="session")
def engines(laptop, sail):
    """By engine: the command that runs a script, and its environment."""

    def environment(name, **more):
        bin_ = ENVIRONMENTS[name] / "bin"
        own = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_", "PYTHON"))}
        return own | {"PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"} | more

    return {
        "spark": (["spark-submit"], environment("spark", SPARK_CONF_DIR=str(laptop), SPARK_LOCAL_IP="127.0.0.1")),
        "sail": (["python"], environment("sail", **sail)),
    }


def crawl(hubgraph, folder, portal, kind):
    """Makes the nights of a generated portal in a folder, the last of them not audited yet."""
    with Simulator(hubgraph, "--seed", kind.seed, "--contacts", 200) as generated:
        text = get(generated.url + "/_sim/portal")
    (folder / "portal.txt").write_text(re.sub(r"(?m)^portal \d+", f"portal {portal}", text, count=1))
    if kind.settings:
        (folder / "hubgraph.yaml").write_text(kind.settings)
    deal = re.search(r"(?m)^deals (\d+)", text)[1]
    (folder / "faults.txt").write_text((kind.fault or "").format(deal=f"deals:{deal}"))
    environment = os.environ | {"HUBSPOT_ACCESS_TOKEN": TOKEN}
    for last in (False, True):
        faults = ("--fault-file", folder / "faults.txt") if kind.fault and last else ()
        with Simulator(hubgraph, "--portal", folder / "portal.txt", "--token", TOKEN, *faults) as portal_now:
            environment["HUBSPOT_BASE_URL"] = portal_now.url
            for night in range(1, kind.nights):
                if not last:
                    run(hubgraph, "run", "--owners", "--quiet", code=(0, 6), cwd=folder, env=environment)
                    post(f"{portal_now.url}/_sim/night?seed={night}")
            if last:
                run(hubgraph, "crawl", "--owners", "--quiet", code=3 if kind.fault else 0, cwd=folder, env=environment)
            (folder / "portal.txt").write_text(get(portal_now.url + "/_sim/portal"))


Made = collections.namedtuple("Made", "folders audited lake export")


@pytest.fixture(scope="session")
def made(hubgraph, tmp_path_factory):
    """The portals: each with a folder of its own, a copy of that with the last night audited by DuckDB, and that audit; one
    lake of them all, and the export for it, made of the audited ones: a check on the results of the others reads these."""
    base = tmp_path_factory.mktemp("portals")
    made = Made({}, {}, base / "lake", base / "checks")
    for portal, kind in PORTALS.items():
        made.folders[portal] = folder = base / str(portal)
        folder.mkdir()
        crawl(hubgraph, folder, portal, kind)
        shutil.copytree(folder / "hubgraph-data" / "lake", made.lake, dirs_exist_ok=True)
        copy = base / f"{portal}-audited"
        shutil.copytree(folder, copy)
        made.audited[portal] = copy / "hubgraph-data" / "hubgraph.duckdb", audit(hubgraph, copy)
        run(hubgraph, "checks", "--export", made.export, cwd=copy)
    return made


@pytest.fixture(scope="session", params=["sail", "spark"])
def rows(request, engines, made, tmp_path_factory):
    """What an engine wrote."""
    out = tmp_path_factory.mktemp(request.param) / "rows"
    command, environment = engines[request.param]
    run(*command, made.export / "run_checks.py", "--lake", made.lake, "--portal", "all", "--checks", made.export, "--out", out, env=environment)
    return out


def audit(hubgraph, folder, *more):
    """An audit as scripts read it, without what differs from one to the next."""
    done = json.loads(run(hubgraph, "audit", "--quiet", "--format", "json", *more, code=(0, 3, 6), cwd=folder).stdout)
    assert [c["id"] for c in done["checks"] if c["status"] == "error"] == []
    del done["audit_id"]
    return done


def comparable(rows):
    """Rows in one order. An empty list is null in one engine and empty in another, and nothing in a report."""
    return sorted(repr([None if v == [] else v for v in row]) for row in rows)


def read(folder, db):
    """The columns and the rows of a folder of Parquet; of an empty one some engines write no file."""
    files = [str(f) for f in sorted(folder.glob("*.parquet"))]
    if not files:
        return None, []
    table = db.read_parquet(files, hive_partitioning=False)
    return table.columns, table.fetchall()


@pytest.mark.parametrize("portal", PORTALS)
def test_same_rows(rows, made, portal):
    """Every check and universe gives the rows that it gives in DuckDB, in columns of the same names and order."""
    catalog = json.loads((made.export / "catalog.json").read_text())
    told = json.loads((made.export / "portals" / f"{portal}.json").read_text())
    own = {c["id"] for c in told["checks"] if c["settings"] is not None}
    out = rows / f"portal={portal}"
    database, _ = made.audited[portal]
    found = 0
    with duckdb.connect(database, read_only=True) as db:
        for check in catalog["checks"]:
            for part, query in ("found", f"FROM checks.{check['id']}"), ("universe", check["universe"]):
                if part == "universe" and check["id"] in own:
                    continue  # which has no view; test_same_audit compares it
                want = db.sql(query)
                columns, got = read(out / part / check["id"], duckdb)
                assert columns in (None, want.columns), f"{check['id']}: {part}"
                want = want.fetchall()
                assert comparable(got) == comparable(want), f"{check['id']}: {part}"
                found += part == "found" and len(got)
    assert found > 10


@pytest.mark.parametrize("portal", PORTALS)
def test_same_models(rows, made, portal):
    """So do the models that are kept, row by row."""
    database, _ = made.audited[portal]
    written = sorted(p.name for p in (rows / f"portal={portal}" / "models").iterdir())
    assert "settled_deals" in written
    with duckdb.connect(database, read_only=True) as db:
        for model in written:
            assert comparable(read(rows / f"portal={portal}" / "models" / model, duckdb)[1]) == comparable(db.sql(f"FROM {model}").fetchall()), model


@pytest.mark.parametrize("portal", PORTALS)
def test_same_audit(hubgraph, rows, made, portal, tmp_path):
    """An audit of the rows is the audit that DuckDB makes: states, fingerprints, evidence, gates, universes, exit code."""
    folder = tmp_path / "copy"
    shutil.copytree(made.folders[portal], folder)
    _, want = made.audited[portal]
    assert audit(hubgraph, folder, "--rows", rows) == want
    if PORTALS[portal].fault:
        assert want["snapshot"]["complete"] is False


def literal(value, kind):
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime.datetime):
        return f"TIMESTAMP_NTZ '{value.isoformat(' ')}'"
    if isinstance(value, (float, decimal.Decimal)):
        return f"cast('{value}' AS {kind})"
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'" if isinstance(value, str) else str(value)


def filters(db, file):
    """For each column of a Parquet file, conditions on it, with how many rows DuckDB finds by each."""
    table = db.read_parquet(str(file), hive_partitioning=False)
    for column, kind in zip(table.columns, (str(t) for t in table.types)):
        conditions = [f"{column} IS NULL", f"{column} IS NOT NULL"]
        values = [v for (v,) in table.select(f'"{column}"').distinct().fetchall() if v is not None]
        if kind.startswith("MAP"):
            conditions += [f"{column}['{k}'] = {literal(v, kind)}" for value in values[:1] for k, v in list(value.items())[:2]]
        elif kind.endswith("[]"):
            conditions += [f"array_contains({column}, {literal(v, kind)})" for value in values[:1] for v in value[:1]]
        else:
            values.sort()
            conditions += [f"{column} = {literal(v, kind)}" for v in dict.fromkeys([*values[:1], *values[len(values) // 2 :][:1], *values[-1:]])]
        for condition in conditions:
            of_duckdb = condition.replace("TIMESTAMP_NTZ", "TIMESTAMP").replace("\\\\", "\\")
            for name in ("at",):
                of_duckdb = re.sub(rf"^{name}\b", f'"{name}"', of_duckdb)
            yield condition, table.filter(of_duckdb).aggregate("count(*)").fetchone()[0]


@pytest.mark.parametrize("engine", ENVIRONMENTS)
def test_filters(engine, engines, made, tmp_path):
    """A filter on any column of any table finds the rows that it finds in DuckDB: engines leave out pages by their bounds."""
    data = made.audited[1002][0].parent
    folders = [max((data / "lake" / "portal=1002").iterdir()), max((data / "audits" / "portal=1002").glob("audit=*"))]
    asked, columns = {}, 0
    for folder in folders:
        for file in sorted(folder.glob("*/*.parquet")):
            asked[str(file)] = dict(filters(duckdb, file))
            columns += sum(c.endswith(" IS NULL") for c in asked[str(file)])
    assert columns > 150 and sum(n > 0 for counts in asked.values() for n in counts.values()) > 300
    (tmp_path / "asked.json").write_text(json.dumps({file: list(counts) for file, counts in asked.items()}))
    command, environment = engines[engine]
    run(*command, HERE / "count_rows.py", tmp_path / "asked.json", tmp_path / "counts.json", env=environment)
    assert json.loads((tmp_path / "counts.json").read_text()) == {file: list(counts.values()) for file, counts in asked.items()}


@pytest.fixture
def job(engines, made, tmp_path):
    """Runs run_checks.py on an engine with some arguments other than the right ones: gives its exit code and what it says."""

    def start(engine="sail", **changed):
        arguments = {"lake": made.lake, "checks": made.export, "out": tmp_path / "out", "portal": "1003"} | changed
        command, environment = engines[engine]
        done = subprocess.run([*command, made.export / "run_checks.py", *(str(a) for k, v in arguments.items() for a in (f"--{k}", v))],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=HANGS)  # spark-submit makes them one
        said = [line for line in done.stdout.splitlines() if line.startswith("run_checks.py:") or "Traceback" in line]
        return done.returncode, said

    return start


def refused(answer, code, *words):
    got, said = answer
    assert got == code and len(said) == 1 and all(w in said[0] for w in words), answer


def test_no_lake(job, tmp_path):
    refused(job(lake=tmp_path / "nowhere"), 10, "nowhere is no lake with the snapshot", "of portal 1003")


def test_lake_without_a_portal(job, made, tmp_path):
    """The others are run, and rows of an earlier run of that one count no more."""
    shutil.copytree(made.lake / "portal=1001", tmp_path / "lake" / "portal=1001")
    export = tmp_path / "export"
    shutil.copytree(made.export, export)
    (export / "portals" / "1002.json").unlink()
    assert job(portal="1003")[0] == 0
    refused(job(lake=tmp_path / "lake", portal="all", checks=export), 10, "is no lake with the snapshot", "of portal 1003")
    ran = {p: len(read(tmp_path / "out" / f"portal={p}" / "ran", duckdb)[1]) for p in (1001, 1003)}
    assert ran[1001] > 7 and ran[1003] == 0


@pytest.mark.parametrize("engine", ENVIRONMENTS)
def test_lake_that_lacks_a_file(job, engine, made, tmp_path):
    """A table that did not come along is not an empty one; the other portals are run."""
    shutil.copytree(made.lake / "portal=1003", tmp_path / "lake" / "portal=1003")
    [file] = (tmp_path / "lake").glob("portal=1003/snapshot=*/associations/*.parquet")
    file.unlink()
    refused(job(engine, lake=tmp_path / "lake"), 10, "is no lake with the snapshot", "of portal 1003", "associations")


def test_portal_that_was_not_exported(job):
    refused(job(portal=9), 10, "names no portal 9: run `hubgraph checks --export")


def changed_export(made, tmp_path, name, change):
    """A copy of the export in which one file is changed, or gone."""
    copy = tmp_path / "export"
    shutil.copytree(made.export, copy)
    text = change((copy / name).read_text())
    (copy / name).unlink() if text is None else (copy / name).write_text(text)
    return copy


@pytest.mark.parametrize(
    "name, change, code, words",
    [
        ("catalog.json", lambda t: None, 64, "is no whole export: catalog.json"),
        ("catalog.json", lambda t: "{}", 64, "is no export"),
        ("catalog.json", lambda t: t.replace('"format": 1', '"format": 2', 1), 64, "has format 2, and this run_checks.py reads 1"),
        ("catalog.json", lambda t: t + "\n", 64, "portal 1003 was exported with another catalogue"),
        ("checks/deal_without_contact.sql", lambda t: None, 64, "is no whole export: checks/deal_without_contact.sql"),
        ("models/live.sql", lambda t: t + " ", 64, "live.sql is not as it was exported"),
    ],
)
def test_wrong_export(job, made, tmp_path, name, change, code, words):
    refused(job(checks=changed_export(made, tmp_path, name, change)), code, words)


@pytest.mark.parametrize("number", ["x", "0"])
def test_wrong_command_line(job, number):
    assert job(**{"at-once": number})[0] == 64


def with_changed(export, to, kept, changes):
    """A whole export that has the checks of kept only, some queries of which are changed."""
    shutil.copytree(export, to)
    catalog = json.loads((to / "catalog.json").read_text())
    catalog["checks"] = [c for c in catalog["checks"] if c["id"] in kept]
    entries = {e["file"]: e for e in catalog["models"] + catalog["checks"]}
    for file, (old, new) in changes.items():
        text = (to / file).read_text()
        assert old in text
        (to / file).write_text(text.replace(old, new))
        entries[file]["sha256"] = hashlib.sha256((to / file).read_bytes()).hexdigest()
    (to / "catalog.json").write_text(json.dumps(catalog))
    for file in (to / "portals").iterdir():
        portal = json.loads(file.read_text()) | {"catalog": hashlib.sha256((to / "catalog.json").read_bytes()).hexdigest()}
        file.write_text(json.dumps(portal))


@pytest.mark.parametrize("engine", ENVIRONMENTS)
def test_broken_queries(job, engine, hubgraph, made, tmp_path):
    """A check that breaks, or reads a model that does, stops no other; the audit names it."""
    broken, checks = ["deal_fully_orphaned", "deal_without_contact"], ["deal_fully_orphaned", "deal_without_contact", "edge_endpoint_absent"]
    with_changed(made.export, tmp_path / "export", checks, {
        "checks/deal_fully_orphaned.sql": ("FROM orphan o\nLEFT", "FROM nowhere o\nLEFT"),
        "models/half_orphans.sql": ("FROM placed p", "FROM nobody p"),
    })
    code, said = job(engine, checks=tmp_path / "export")
    assert code == 1 and sorted(s.split(": ")[2] for s in said) == broken, said
    folder = tmp_path / "copy"
    shutil.copytree(made.folders[1003], folder)
    chosen = [a for c in checks for a in ("--check", c)]
    done = json.loads(run(hubgraph, "audit", "--quiet", "--format", "json", "--rows", tmp_path / "out", *chosen, code=1, cwd=folder).stdout)
    errors = {c["id"]: c["skip_reason"] for c in done["checks"] if c["status"] == "error"}
    assert sorted(errors) == broken and "nowhere" in errors["deal_fully_orphaned"].lower() and len(done["checks"]) == 3, errors


def test_rows_that_are_no_rows(job, hubgraph, made, tmp_path):
    """`hubgraph audit --rows` takes rows only whole, of this portal, these nights and this version."""
    assert job()[0] == 0
    folder, out = tmp_path / "copy", tmp_path / "out"
    shutil.copytree(made.folders[1003], folder)

    def audit_says(code, words, rows=out, *more):
        said = run(hubgraph, "audit", "--quiet", "--rows", rows, *more, code=code, cwd=folder).stderr
        assert words in said and said.count("\n") == 1, said

    audit_says(64, "holds no rows of portal=1003", tmp_path / "nowhere")
    audit_says(64, "leave out --snapshot", out, "--snapshot", "20260101T000000Z")
    (folder / "hubgraph.yaml").write_text("checks: {grace_hours: 7}\n")
    audit_says(64, "of another version of the check or of its settings")
    (folder / "hubgraph.yaml").unlink()

    ran = out / "portal=1003" / "ran"
    [file] = ran.glob("*.parquet")

    def with_ran(query):
        duckdb.sql(f"COPY ({query}) TO '{tmp_path}/ran.parquet'")
        shutil.move(tmp_path / "ran.parquet", file)

    shutil.copy(file, tmp_path / "kept.parquet")
    for query, code, words in (
        ("SELECT * REPLACE (2 AS format) FROM {}", 64, "has format 2, and this hubgraph reads 1"),
        ("FROM {} WHERE false", 64, "did not come to its end"),
        ("FROM {} WHERE check_id <> 'edge_endpoint_absent'", 64, "they hold nothing of edge_endpoint_absent"),
        ("SELECT * REPLACE ('20200101T000000Z' AS snapshot_id) FROM {}", 10, "holds no snapshot"),
        ("SELECT * REPLACE (found_rows + 1 AS found_rows) FROM {}", 64, "copy it again as a whole"),
    ):
        with_ran(query.format(f"'{tmp_path}/kept.parquet'"))
        audit_says(code, words)
    file.write_text("no parquet")
    audit_says(64, "cannot be read as what run_checks.py writes last")


def commands(page):
    """The command lines of a page's console blocks, each with what it prints."""
    for block in re.findall(r"```console\n(.*?)```", page, re.S):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def test_the_session_of_the_page(hubgraph, laptop, tmp_path):
    """What docs/spark.md says to type does what it says there."""
    page = (ROOT / "docs" / "spark.md").read_text()
    pinned = "".join((HERE / f).read_text() for f in ("requirements.txt", "requirements-sail.txt"))
    assert [p for p in re.findall(r"[a-z-]+==[0-9.]+", page) if p not in pinned] == []
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = str(s.getsockname()[1])
    environment = os.environ | {"SPARK_CONF_DIR": str(laptop), "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONWARNINGS": "ignore",
                                "PATH": f"{hubgraph.parent}{os.pathsep}{os.environ['PATH']}"}
    for name, venv in ENVIRONMENTS.items():
        (tmp_path / f"venv-{name}").symlink_to(venv)
    session = [(c.replace("50051", port), o) for c, o in commands(page) if "pip install" not in c and "-m venv" not in c]
    assert len(session) >= 8
    mark = "<end of a command>"
    script = "".join(f"{c}\necho '{mark}'\n" for c, _ in session)
    done = subprocess.run(["bash"], input=script + "kill %1\n", text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path, env=environment, timeout=HANGS)
    for (command, want), got in zip(session, done.stdout.split(mark + "\n"), strict=False):
        pattern = ".*".join(re.escape(part) for part in want.split("…"))
        assert re.fullmatch(pattern, re.sub(r"20\d{6}T\d{6}Z", "20261122T020000Z", got), re.S), f"{command}\n{got}\n{done.stdout}"
