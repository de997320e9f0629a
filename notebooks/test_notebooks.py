"""Every notebook runs over a fresh demo, and shows what it was committed with."""

from pathlib import Path

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parent

# A notebook that looks at many nights runs over a demo of some. All others run over the
# plain demo.
NIGHTS = {"label_drift.ipynb": "some_nights"}


def shown(notebook):
    """What each code cell shows, as text.

    Left out is what cells show that are tagged `varies`: it depends on today's date, or on
    how many nights there are. What libraries warn of on stderr depends on the machine.
    """
    return [
        [
            output["data"]["text/plain"] if "data" in output else output.get("text", "")
            for output in cell.outputs
            if output.get("name") != "stderr"
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and "varies" not in cell.metadata.get("tags", [])
    ]


def run(path):
    """The notebook with the outputs of a fresh run; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    return notebook


@pytest.mark.parametrize("path", sorted(HERE.glob("*.ipynb")), ids=lambda path: path.name)
def test_notebook(path, request, monkeypatch):
    folder = request.getfixturevalue(NIGHTS.get(path.name, "demo"))
    monkeypatch.setenv("HUBGRAPH_DATA", str(folder))
    committed, fresh = nbformat.read(path, as_version=4), run(path)
    assert any(cell.outputs for cell in fresh.cells if cell.cell_type == "code"), "the notebook shows nothing"
    assert shown(fresh) == shown(committed)
    for before, now in zip(committed.cells, fresh.cells):
        assert bool(before.get("outputs")) == bool(now.get("outputs")), f"it was committed without running: {now.source}"


def test_some_nights(some_nights):
    with duckdb.connect(str(some_nights / "hubgraph.duckdb"), read_only=True) as hubgraph:
        assert hubgraph.sql("SELECT count(*) FROM snapshots WHERE complete").fetchone() == (5,)
