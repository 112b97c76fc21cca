"""Every notebook runs from top to bottom."""

import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


class Notebooks(unittest.TestCase):
    def test_long_calls_show_a_bar_that_ends_full(self):
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(
            "import cauce\n"
            "data = cauce.System('two-towns').run(members=40)"),
            nbformat.v4.new_code_cell("cauce.System('two-towns').run(members=40, progress=False);")]
        NotebookClient(book, timeout=300, kernel_name="python3",
                       resources={"metadata": {"path": str(NOTEBOOKS[0].parent)}}).execute()
        shown = [o for o in book.cells[0].outputs if o.output_type == "display_data"]
        self.assertEqual(len(shown), 1)  # one bar, updated in place
        self.assertIn('<progress value="40" max="40">', shown[0].data["text/html"])
        self.assertIn("runs 40/40", shown[0].data["text/plain"])
        self.assertEqual(book.cells[1].outputs, [])


def add(path):
    def test(self):
        book = nbformat.read(path, as_version=4)
        NotebookClient(book, timeout=300, kernel_name="python3",
                       resources={"metadata": {"path": str(path.parent)}}).execute()

    setattr(Notebooks, "test_" + path.stem.replace("-", "_"), test)


for notebook in NOTEBOOKS:
    add(notebook)

if __name__ == "__main__":
    unittest.main()
