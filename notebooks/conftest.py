"""What the tests of this folder share."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def make_demo(folder, *options):
    """Has `hubgraph demo` make the folder."""
    subprocess.run(
        ["go", "run", "./cmd/hubgraph", "demo", "--quiet", "--data", str(folder), *options],
        cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL,
    )
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a demo."""
    return make_demo(tmp_path_factory.mktemp("demo") / "hubgraph-demo")


@pytest.fixture(scope="session")
def some_nights(tmp_path_factory):
    """The folder of a demo of five nights: thirty take more than a minute."""
    return make_demo(tmp_path_factory.mktemp("nights") / "hubgraph-demo", "--nights", "5")
