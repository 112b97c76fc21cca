"""Every notebook runs from top to bottom."""

import unittest
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))


class Notebooks(unittest.TestCase):
    pass


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
