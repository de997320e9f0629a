"""The simulated portal that every program reads, and what is true of it."""

import json
import signal
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path

TYPES = ("contacts", "companies", "deals", "tickets")
TOKEN = "secret"
Record = tuple[str, int]
Pair = tuple[Record, Record]  # as the first record lists the second


class Portal:
    """A running `hubgraph sim`; use it in a with statement. One portal serves one
    program, so that its request log and its allowance are that program's."""

    def __init__(self, hubgraph: Path, flags: list[str]):
        self._command = [str(hubgraph), "sim", "--token", TOKEN, *flags]

    def __enter__(self) -> "Portal":
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise SystemExit(f"the simulator ended with exit code {self._process.wait()}")
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._process.stdout.close()

    def _get(self, name: str) -> str:
        with urllib.request.urlopen(f"{self.url}/_sim/{name}") as answer:
            return answer.read().decode()

    def calls(self) -> Counter[str]:
        """How often each kind of request was answered; the kind 429 is apart."""
        log = json.loads(self._get("requests"))["requests"]
        return Counter("429" if r["status"] == 429 else r["operation"] for r in log)

    def truth(self) -> "Truth":
        return Truth(self._get("portal"))


class Truth:
    """What a portal holds, taken from its own text and not from its API.

    An association line with -> stands on both records, with the plain type and
    those that it names; one with ->> stands on the first record only, with just
    the types that it names (a defect, planted to be found).
    """

    def __init__(self, text: str):
        lines = [words for words in map(str.split, text.splitlines()) if len(words) > 1 and words[0] in TYPES]
        links = [words for words in lines if len(words) > 4 and words[2] in ("->", "->>") and words[3] in TYPES]
        records = [words for words in lines if words[1].isdigit() and words[2:3] not in (["->"], ["->>"])]
        self.archived = {_record(w) for w in records if _says(w, "archived")}
        gone = {_record(w) for w in records if _says(w, "merged") or _says(w, "absent")}
        self.live = {_record(w) for w in records} - self.archived - gone
        self.pairs: set[Pair] = set()
        self.edges = 0  # a pair counts once for each type
        for words in links:
            one, other, named = _record(words), _record(words[3:]), len(words) - 5
            if words[2] == "->>" and one in self.live:
                self._add(one, other, named)
            elif words[2] == "->" and {one, other} <= self.live:
                self._add(one, other, named + 1)
                self._add(other, one, named + 1)

    def _add(self, one: Record, other: Record, types: int) -> None:
        self.pairs.add((one, other))
        self.edges += types


def _record(words: list[str]) -> Record:
    return words[0], int(words[1])


def _says(words: list[str], state: str) -> bool:
    return any(word == state or word.startswith(state + "=") for word in words[2:])
