"""Reads one simulated portal with hubgraph and with ingestr, and prints what each
asked for, what it landed and how long it took."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from door import Door, certificates
from landed import Landed, by_hubgraph, by_ingestr
from portal import TOKEN, TYPES, Portal, Truth

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ["--contacts", "10000", "--rate", "190/10s"]


@dataclass
class Run:
    name: str
    calls: Counter[str]
    seconds: float
    landed: Landed


def crawl(hubgraph: Path, portal: Portal, folder: Path) -> float:
    """Read all sixteen ordered pairs of the four types, and return the seconds that it took."""
    start = time.monotonic()
    execute([hubgraph, "crawl", "--quiet", "--types", ",".join(TYPES), "--data", folder, "--base-url", portal.url],
            os.environ | {"HUBSPOT_ACCESS_TOKEN": TOKEN})
    return time.monotonic() - start


def ingest(at_once: int, portal: Portal, folder: Path) -> float:
    """Read the same sixteen, with a command for each type."""
    trusted = certificates(folder)
    with Door(folder, portal.port) as door, ThreadPoolExecutor(at_once) as threads:
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "INGESTR_DISABLE_TELEMETRY": "true",
                       "HTTPS_PROXY": door.url, "SSL_CERT_FILE": str(trusted)}
        start = time.monotonic()
        for _ in threads.map(lambda one: execute(ingest_command(one, folder), environment), TYPES):
            pass  # what a thread raises is raised here
        return time.monotonic() - start


def ingest_command(one: str, folder: Path) -> list[str | Path]:
    """Read the records of a type, each with its associations to all four types."""
    return [Path(sys.executable).with_name("ingestr"), "ingest", "--yes", "--progress", "log",
            "--full-refresh", "--incremental-strategy", "replace",
            "--source-uri", f"hubspot://?api_key={TOKEN}", "--source-table", f"{one}:{','.join(TYPES)}",
            "--dest-uri", f"parquet://{folder}/{one}.parquet", "--dest-table", f"main.{one}"]


def execute(command: list[str | Path], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} ended with exit code {done.returncode}:\n{done.stdout}")


def table(truth: Truth, runs: list[Run]) -> str:
    got = [run.landed for run in runs]
    lines: list[tuple[str, list[float]]] = [
        ("calls", [run.calls.total() for run in runs]),
        ("… for associations", [run.calls["associations-read"] for run in runs]),
        ("… answered 429", [run.calls["429"] for run in runs]),
        ("seconds", [round(run.seconds, 1) for run in runs]),
        (f"records landed, of {len(truth.live):,}", [len(g.live & truth.live) for g in got]),
        (f"archived records landed, of {len(truth.archived):,}", [len(g.archived & truth.archived) for g in got]),
        (f"pairs landed, of {len(truth.pairs):,}", [len(g.pairs & truth.pairs) for g in got]),
        ("pairs landed that the portal does not have", [len(g.pairs - truth.pairs) for g in got]),
        ("pairs landed with an id such as 2.0000017745e+10", [g.damaged for g in got]),
        (f"typed edges landed, of {truth.edges:,}", [g.edges for g in got]),
        ("association types described", [g.definitions for g in got]),
    ]
    head = ["| | " + " | ".join(run.name for run in runs) + " |", "|---|" + "---:|" * len(runs)]
    return "\n".join(head + [f"| {name} | " + " | ".join(f"{n:,}" for n in row) + " |" for name, row in lines])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, epilog="Flags are those of hubgraph sim.")
    flags = PORTAL + options.parse_known_args()[1]
    ingestr = f"ingestr {version('ingestr')}"
    with tempfile.TemporaryDirectory(prefix="peers-") as work:
        hubgraph = Path(work, "hubgraph")
        subprocess.run(["go", "build", "-o", hubgraph, "./cmd/hubgraph"], cwd=ROOT, check=True)
        runs: list[Run] = []
        for name, read, landed in [
            ("hubgraph", partial(crawl, hubgraph), by_hubgraph),
            (ingestr, partial(ingest, 1), by_ingestr),
            (f"{ingestr}, all at once", partial(ingest, len(TYPES)), by_ingestr),
        ]:
            folder = Path(work, str(len(runs)))
            folder.mkdir()
            with Portal(hubgraph, flags) as portal:
                truth = portal.truth()
                seconds = read(portal, folder)
                runs.append(Run(name, portal.calls(), seconds, landed(folder)))
    print(table(truth, runs))


if __name__ == "__main__":
    main()
