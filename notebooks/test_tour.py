"""The notebook runs over a fresh demo, and shows what it was committed with."""

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def shown(notebook):
    """What each code cell shows, as text."""
    return [
        [output["data"]["text/plain"] if "data" in output else output.get("text", "") for output in cell.outputs]
        for cell in notebook.cells if cell.cell_type == "code"
    ]


def test_tour(demo):
    committed = nbformat.read(HERE / "tour.ipynb", as_version=4)
    fresh = nbformat.read(HERE / "tour.ipynb", as_version=4)
    os.environ["HUBGRAPH_DATA"] = str(demo)
    NotebookClient(fresh, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(HERE)}}).execute()
    assert any(shown(fresh)), "the notebook shows nothing"
    assert shown(fresh) == shown(committed)
