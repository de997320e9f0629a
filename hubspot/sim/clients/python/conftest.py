"""A portal that `hubgraph sim` serves, and HubSpot's clients for it."""

import signal
import subprocess
from pathlib import Path

import hubspot_sdk
import pytest
import requests
from hubspot import HubSpot

from methods import Noted

ROOT = Path(__file__).parents[4]
PORTAL = Path(__file__).parents[1] / "office.portal"


class Simulator:
    """A portal that is being served."""

    def __init__(self, process):
        self._process = process
        self.url = process.stdout.readline().strip()

    def client(self, **options):
        """HubSpot's client, as it comes. Its calls are noted."""
        return Noted(HubSpot(**{"access_token": "token", "host": self.url, "base_url": self.url, **options}))

    def sdk(self, **options):
        """HubSpot's client for the date-based paths, which raises where an answer is not as its specification says."""
        options = {"access_token": "token", "_strict_response_validation": True, "max_retries": 0, **options}
        return Noted(hubspot_sdk.HubSpot(base_url=self.url, **options), "sdk")

    def stop(self):
        """Ends the simulator, and returns what it has written on stderr."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.communicate(timeout=30)[1]

    def requests(self):
        """The requests that were answered."""
        return requests.get(f"{self.url}/_sim/requests", timeout=10).json()["requests"]

    def statuses(self):
        """The statuses of the requests that were answered."""
        return [request["status"] for request in self.requests()]


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
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen([binary, "sim", "--portal", PORTAL, *flags], **pipes)
        running.append(process)
        simulator = Simulator(process)
        assert simulator.url, f"hubgraph sim {' '.join(flags)} ended before it served"
        return simulator

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert [process.returncode for process in running] == [0] * len(running)


@pytest.fixture
def client(simulate):
    """A client of the office portal."""
    return simulate().client()
