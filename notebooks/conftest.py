"""What the tests of this folder share."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The folder of a demo."""
    folder = tmp_path_factory.mktemp("demo") / "hubgraph-demo"
    subprocess.run(
        ["go", "run", "./cmd/hubgraph", "demo", "--quiet", "--data", str(folder)],
        cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL,
    )
    return folder
