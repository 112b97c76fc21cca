"""Every command and code block of the documentation runs, from the folder of the project."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["tutorial.en.md", "tutorial.es.md", "guide-modellers.md", "add-a-region.md", "python.md",
         "r.md"]


def blocks(page):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```(sh|python|r)\n(.*?)^```", text, re.M | re.S)


def command(kind, code):
    if kind == "sh":
        return ["bash", "-euo", "pipefail", "-c", code]
    if kind == "python":
        return [sys.executable, "-W", "error::DeprecationWarning", "-c", code]
    return ["Rscript", "-e", code]


class Docs(unittest.TestCase):
    pass


def add(page):
    def test(self):
        found = blocks(page)
        self.assertTrue(found, f"{page} has no code")
        with tempfile.TemporaryDirectory() as folder:
            # What pages write goes to a folder of its own; all else is the project as it is.
            for name in os.listdir(ROOT):
                if name != "out":
                    os.symlink(ROOT / name, Path(folder) / name)
            os.remove(Path(folder) / "run")
            shutil.copy(ROOT / "run", Path(folder) / "run")
            (Path(folder) / "out").mkdir()
            for kind, code in found:
                if kind == "r" and shutil.which("Rscript") is None:
                    self.fail("Rscript is not installed")
                done = subprocess.run(command(kind, code), cwd=folder, capture_output=True,
                                      text=True)
                self.assertEqual(done.returncode, 0, f"{page}:\n{code}\n{done.stdout}{done.stderr}")

    setattr(Docs, "test_" + re.sub(r"\W", "_", page), test)


for each in PAGES:
    add(each)

if __name__ == "__main__":
    unittest.main()
