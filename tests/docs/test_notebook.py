"""The notebook of the lecture's CNN: it runs from top to bottom, and shows what the stored one shows."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "lecture_cnn.ipynb"


def kinds(cell):
    """Return what a cell shows: each output's types, without the lines that are printed meanwhile."""
    return [sorted(output["data"]) for output in cell.get("outputs", []) if "data" in output]


@pytest.mark.filterwarnings("ignore")  # of the kernel's own machinery, in this process
def test_the_notebook_runs_and_shows_what_it_showed(tmp_path):
    stored = nbformat.read(NOTEBOOK, 4)
    quick = nbformat.read(NOTEBOOK, 4)
    for cell in quick.cells:
        cell.source = cell.source.replace(
            "EPOCHS = 3", "EPOCHS = 1; x_train, y_train = x_train[:500], y_train[:500]"
        )
    assert quick.cells != stored.cells
    nbclient.NotebookClient(quick, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert [kinds(cell) for cell in quick.cells] == [kinds(cell) for cell in stored.cells]


def test_the_stored_notebook_was_run_in_order_and_names_no_place_of_its_making():
    cells = [cell for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
    assert "/home/" not in NOTEBOOK.read_text("utf-8")
