"""A portal that `hubgraph sim` serves, and HubSpot's client for it."""

import signal
import subprocess
from pathlib import Path

import pytest
import requests
from hubspot import HubSpot

from methods import Noted

ROOT = Path(__file__).parents[4]
PORTAL = Path(__file__).parents[1] / "office.portal"


class Simulator:
    """A portal that is being served."""

    def __init__(self, url):
        self.url = url

    def client(self, **options):
        """HubSpot's client, as it comes. Its calls are noted."""
        return Noted(HubSpot(**{"access_token": "token", "host": self.url, "base_url": self.url, **options}))

    def statuses(self):
        """The statuses of the requests that were answered."""
        return [
            request["status"] for request in requests.get(f"{self.url}/_sim/requests", timeout=10).json()["requests"]
        ]


@pytest.fixture(scope="session")
def binary():
    """The program, built once."""
    subprocess.run(["go", "build", "./cmd/hubgraph"], cwd=ROOT, check=True)
    return ROOT / "hubgraph"


@pytest.fixture
def simulate(binary):
    """Serves the office portal, with flags of `hubgraph sim`, until the test has ended, and then sees it end well."""
    running = []

    def start(*flags):
        process = subprocess.Popen([binary, "sim", "--portal", PORTAL, *flags], stdout=subprocess.PIPE, text=True)
        running.append(process)
        url = process.stdout.readline().strip()
        assert url, f"hubgraph sim {' '.join(flags)} ended before it served"
        return Simulator(url)

    yield start
    for process in running:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
    assert [process.wait(timeout=30) for process in running] == [0] * len(running)


@pytest.fixture
def client(simulate):
    """A client of the office portal."""
    return simulate().client()
