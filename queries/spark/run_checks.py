"""Runs hubgraph's models and checks with Spark over a lake, and writes the rows that they give as Parquet.

    spark-submit run_checks.py --lake s3a://bucket/lake --portal all --checks checks --out rows

`hubgraph checks --export checks` writes what --checks names: the SQL, which is run as it stands, and for each portal
the snapshot and the baseline to look at. `hubgraph audit --rows rows` makes an audit of what is written here:

    OUT/portal=ID/models/NAME/      rows of the models that several checks read
    OUT/portal=ID/found/CHECK/      rows of the check's query
    OUT/portal=ID/universe/CHECK/   rows of its universe
    OUT/portal=ID/ran/              one row for each check, written last

The same file runs on Sail, as on any other server of Spark Connect, where SPARK_REMOTE names one.

Exit codes: 0 all checks ran; 1 one of them broke, which `ran` and stderr name; 10 the lake or a portal is not there, and
the other portals were run; 64 the command line or the export is wrong.
"""

import argparse
import hashlib
import json
import os
import pathlib
import sys
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame, SparkSession, functions

FORMAT = 1  # of the export, and of the rows that are made of it
BROKE, NO_LAKE, USAGE = 1, 10, 64

# What decides what a query means, whatever the cluster's own settings are.
MEANING = {"spark.sql.session.timeZone": "UTC", "spark.sql.timestampType": "TIMESTAMP_NTZ", "spark.sql.ansi.enabled": "true"}

RAN = ("format INT, portal_id BIGINT, snapshot_id STRING, baseline_id STRING, check_id STRING, version STRING,"
       " found_rows BIGINT, universe_rows BIGINT, error STRING")


class Refused(Exception):
    """What was asked for cannot be done: a sentence, and the exit code that goes with it."""

    def __init__(self, code: int, sentence: str):
        super().__init__(sentence)
        self.code = code


class Export:
    """A folder that `hubgraph checks --export` wrote."""

    def __init__(self, folder: str):
        self.folder = pathlib.Path(folder)
        text = self.read("catalog.json")
        self.catalog = self.understood("catalog.json", text)
        self.digest = hashlib.sha256(text).hexdigest()
        self.sql = {q["file"]: self.query(q) for kind in ("models", "checks") for q in self.catalog[kind]}
        self.columns = {t["name"]: t["columns"] for t in self.catalog["tables"]}

    def read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as e:
            raise Refused(USAGE, f"--checks {self.folder} is no whole export: {name}: {e.strerror}; `hubgraph checks --export` writes one")

    def understood(self, name: str, text: bytes) -> dict:
        try:
            value = json.loads(text)
            version = value["format"]
        except (ValueError, TypeError, KeyError):
            raise Refused(USAGE, f"--checks {self.folder} is no export: {name} is not what `hubgraph checks --export` writes")
        if version != FORMAT:
            raise Refused(USAGE, f"{self.folder / name} has format {version}, and this run_checks.py reads {FORMAT}: use the two of one hubgraph")
        return value

    def query(self, entry: dict) -> str:
        text = self.read(entry["file"])
        if hashlib.sha256(text).hexdigest() != entry["sha256"]:
            raise Refused(USAGE, f"{self.folder / entry['file']} is not as it was exported: run `hubgraph checks --export` again")
        return text.decode()

    def portals(self, which: str) -> list[dict]:
        """The portals to look at: all, or the one with an id."""
        names = sorted(p.name for p in (self.folder / "portals").glob("*.json"))
        if which != "all":
            names = [n for n in names if n == f"{which}.json"]
        if not names:
            what = "no portal" if which == "all" else f"no portal {which}"
            raise Refused(NO_LAKE, f"{self.folder} names {what}: run `hubgraph checks --export {self.folder} --data DIR` for its data folder")
        portals = [self.understood(f"portals/{n}", self.read(f"portals/{n}")) for n in names]
        for p in portals:
            if p["catalog"] != self.digest:
                raise Refused(USAGE, f"portal {p['portal_id']} was exported with another catalogue than {self.folder} holds now:"
                              f" run `hubgraph checks --export {self.folder} --data DIR` again for its data folder")
        return portals


class Night:
    """The tables and models of one portal under its settings, as temporary views of a session of their own."""

    def __init__(self, spark: SparkSession, export: Export, portal: dict, settings: list[dict], lake: str, kept: str):
        self.spark, self.export, self.portal, self.lake, self.kept = another(spark), export, portal, lake, kept
        for key, value in MEANING.items():
            self.spark.conf.set(key, value)
        rows = [(s["key"], s["value"]) for s in settings]
        self.spark.createDataFrame(rows, "key STRING, value STRING").createOrReplaceTempView("settings")
        self.sources = {s["name"]: s for s in portal["sources"]}
        self.tables = {t["name"]: t for t in portal["tables"]}
        self.models = {m["name"]: m for m in export.catalog["models"]}
        self.there = {"settings"}

    def prepare(self, names: list[str]) -> None:
        """Makes views of tables and models, and of those that they read."""
        for name in names:
            if name in self.there:
                continue
            if name in self.models:
                model = self.models[name]
                self.prepare(model["reads"])
                view = self.spark.sql(self.export.sql[model["file"]])
                if model["kept"]:
                    view = self.written(view, f"{self.kept}/{name}")
            elif name in self.sources:
                view = self.table(self.sources[name])
            elif name in self.tables:
                view = self.given(self.tables[name])
            else:
                raise Refused(USAGE, f"the export says nothing of the table {name}, which a query reads")
            view.createOrReplaceTempView(name)
            self.there.add(name)

    def read_by(self, checks: list[dict]) -> dict[str, dict]:
        """The tables of the lake that checks read, themselves or through models."""
        found: dict[str, dict] = {}
        names = [name for check in checks for name in check["reads"]]
        while names:
            name = names.pop()
            names += self.models[name]["reads"] if name in self.models else []
            if name in self.sources:
                found[name] = self.sources[name]
        return found

    def table(self, source: dict) -> DataFrame:
        """A table with the columns that it has today: what older files lack is null."""
        schema = ", ".join(f"{c['name']} {c['type']}" for c in self.export.columns[source["table"]])
        if not source["files"]:
            rows = self.spark.createDataFrame([], schema)
            return rows.select(functions.lit("").alias("snapshot_id"), "*") if source["nights"] else rows
        reader = self.spark.read.schema(schema)
        if not source["nights"]:
            return reader.parquet(*[f"{self.lake}/{f}" for f in source["files"]])
        nights = [reader.parquet(f"{self.lake}/{f}").select(functions.lit(night_of(f)).alias("snapshot_id"), "*") for f in source["files"]]
        return together(nights)

    def given(self, table: dict) -> DataFrame:
        """A table whose rows the export holds, as texts."""
        texts = ", ".join(f"{c['name']} {'ARRAY<STRING>' if c['type'].startswith('ARRAY') else 'STRING'}" for c in table["columns"])
        rows = self.spark.createDataFrame([tuple(r) for r in table["rows"]], texts)
        return rows.select(*[functions.col(c["name"]).cast(c["type"]) for c in table["columns"]])

    def written(self, rows: DataFrame, path: str) -> DataFrame:
        """Writes rows and gives them back as they were written."""
        rows.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(rows.schema).parquet(path)


class Portal:
    """The checks of one portal."""

    def __init__(self, spark: SparkSession, export: Export, portal: dict, lake: str, out: str):
        self.spark, self.export, self.portal, self.lake = spark, export, portal, lake
        self.id, self.out = portal["portal_id"], f"{out}/portal={portal['portal_id']}"
        self.broken: dict[str, Exception] = {}  # by check: the error of what it reads
        self.results: dict = {}  # by part and check: the columns of what was written
        self.night = Night(spark, export, portal, portal["settings"], lake, f"{self.out}/models")

    def run(self, pool: ThreadPoolExecutor) -> int:
        """Runs the checks, all at once, and gives the exit code that the portal asks for."""
        self.write([])
        self.hold()
        checks = self.export.catalog["checks"]
        for check in checks:  # one after the other: several read the same
            try:
                self.night.prepare(check["reads"])
            except Exception as e:
                self.broken[check["id"]] = e
        versions = {v["id"]: v for v in self.portal["checks"]}
        errors = dict(pool.map(lambda check: self.check(check, versions[check["id"]]), checks))
        counts = self.counted()
        night = (FORMAT, self.id, self.portal["snapshot_id"], self.portal["baseline_id"])
        parts = ("found", "universe")
        self.write([(*night, i, versions[i]["version"], *(None if e else counts[part, i] for part in parts), e) for i, e in errors.items()])
        print(f"portal {self.id}: {len(errors)} checks on snapshot {self.portal['snapshot_id']}: {self.out}")
        return BROKE if any(errors.values()) else 0

    def hold(self) -> None:
        """Refuses a lake that lacks rows of the nights: engines may take a file that is not there for an empty one."""
        sources = self.night.read_by(self.export.catalog["checks"])
        counts = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in sources)
        no_lake = f"{self.lake} is no lake with the snapshot {self.portal['snapshot_id']} of portal {self.id}"
        try:
            self.night.prepare(list(sources))
            there = {row.name: row.n for row in self.night.spark.sql(counts).collect()}
        except Exception as e:
            raise Refused(NO_LAKE, f"{no_lake}: {brief(e)}")
        for name, source in sources.items():
            if there[name] != source["rows"]:
                raise Refused(NO_LAKE, f"{no_lake}: of {source['rows']} rows of {name} it holds {there[name]}; copy it again as a whole")

    def check(self, check: dict, version: dict) -> tuple[str, str | None]:
        """Runs a check, and gives its id and why it broke, if so."""
        try:
            if check["id"] in self.broken:
                raise self.broken[check["id"]]
            night = self.night
            if version["settings"] is not None:
                night = Night(self.spark, self.export, self.portal, version["settings"], self.lake, f"{self.out}/models_{check['id']}")
                night.prepare(check["reads"])
            for part, query in (("found", self.export.sql[check["file"]]), ("universe", check["universe"])):
                rows = night.spark.sql(query)
                night.written(rows, f"{self.out}/{part}/{check['id']}")
                self.results[part, check["id"]] = rows.schema
        except Exception as e:  # whatever the engine throws
            print(f"run_checks.py: portal {self.id}: {check['id']}: {brief(e)}", file=sys.stderr)
            return check["id"], brief(e)
        return check["id"], None

    def counted(self) -> dict[tuple[str, str], int]:
        """How many rows each query gave, counted in what was written, by one query for all."""
        counts = [
            self.spark.read.schema(schema).parquet(f"{self.out}/{part}/{check}").agg(functions.count("*").alias("n"))
            .select(functions.lit(part).alias("part"), functions.lit(check).alias("id"), "n")
            for (part, check), schema in sorted(self.results.items())
        ]
        return {(row.part, row.id): row.n for row in together(counts).collect()} if counts else {}

    def write(self, ran: list[tuple]) -> None:
        """Writes what ran; without any, rows of an earlier run count no more."""
        try:
            self.spark.createDataFrame(ran, RAN).coalesce(1).write.mode("overwrite").parquet(f"{self.out}/ran")
        except Exception as e:
            raise Refused(BROKE, f"{self.out} cannot be written to: {brief(e)}")


def another(spark: SparkSession) -> SparkSession:
    """A session with views of its own. Clients of Spark Connect have no newSession before 4.3."""
    if hasattr(spark, "newSession"):
        return spark.newSession()
    return SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()


def together(frames: list[DataFrame]) -> DataFrame:
    """The rows of all, put together by halves: a chain of a thousand is too deep to be planned."""
    while len(frames) > 1:
        frames = [a.unionAll(b) for a, b in zip(frames[::2], frames[1::2])] + frames[len(frames) // 2 * 2 :]
    return frames[0]


def night_of(file: str) -> str:
    """The snapshot that a file of the lake is of: portal=ID/snapshot=ID/TABLE/FILE, or incomplete=ID."""
    return file.split("/")[1].partition("=")[2]


def brief(error: Exception) -> str:
    """The first line of an error that says something."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)


def placed(path: str) -> str:
    """A path that means the same to every process: a relative one is of this machine."""
    path = path.rstrip("/") or "/"
    return path if "://" in path or path.startswith("/") else os.path.abspath(path)


def positive(text: str) -> int:
    """A number of at least one."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    export = Export(arguments.checks)
    chosen = export.portals(arguments.portal)
    spark = SparkSession.builder.appName("hubgraph checks").getOrCreate()
    lake, out = placed(arguments.lake), placed(arguments.out)

    def one(portal: dict) -> int:
        try:
            return Portal(spark, export, portal, lake, out).run(queries)
        except Refused as e:
            print(f"run_checks.py: {e}", file=sys.stderr)
            return e.code

    with ThreadPoolExecutor(arguments.at_once) as queries, ThreadPoolExecutor(arguments.at_once) as portals:
        return max(portals.map(one, chosen))


def main() -> int:
    parser = argparse.ArgumentParser(prog="run_checks.py", description="Run hubgraph's checks over a lake, and write their rows.")
    parser.add_argument("--lake", required=True, help="folder that holds portal=ID/snapshot=ID/…: a path, or a URL such as s3a://bucket/lake")
    parser.add_argument("--portal", default="all", help="id of a portal, or all (the default)")
    parser.add_argument("--checks", required=True, help="folder that `hubgraph checks --export` wrote")
    parser.add_argument("--out", required=True, help="folder to write the rows to: a path or a URL")
    parser.add_argument("--at-once", type=positive, default=4, help="how many portals, and how many checks, are under way at once (default 4)")
    try:
        arguments = parser.parse_args()
    except SystemExit as e:
        return USAGE if e.code else 0
    try:
        return run(arguments)
    except Refused as e:
        print(f"run_checks.py: {e}", file=sys.stderr)
        return e.code


if __name__ == "__main__":
    sys.exit(main())
