"""Every command and code block of the documentation runs, from the folder of the project.

Commands that take hours are run small: the same command on a thousandth of the people, with a few
members (`SMALLER`), and study files with their numbers made small.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("sh", "python", "r")
SMALLER = {
    "run": {"--members": "2", "--scale": "2000", "--until": "2018-12"},
    "compare": {"--members": "2", "--scale": "2000"},
    "follow": {"--scale": "500"},
    "claims": {"--members": "1", "--scale": "2000", "--theory": "open"},
    "calibrate": {"--members": "4", "--iterations": "1", "--scale": "2000", "--theory": "open"},
    "hindcast": {"--members": "4", "--iterations": "1", "--scale": "2000", "--theory": "open"},
}
KEPT = ("--until", "--theory")  # as the page has it, where it has it
STUDY_NUMBERS = {"scale": 2000, "members": 1, "count": 16}
# What `./run` and `./test` do without arguments is what the tests themselves need; `serve` stays up
# and has tests of its own.
NOT_HERE = re.compile(r"^\./(run|test|run serve)(\s+#.*)?$")


def pages():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page):
    return re.findall(r"^```(\w+)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def smaller(line):
    """The command line with the numbers of SMALLER for its subcommand, but only on the large pack."""
    words = shlex.split(line, comments=True)
    if len(words) < 3 or "northern-triangle" not in line or words[1] not in SMALLER:
        return line
    for option, value in SMALLER[words[1]].items():
        if option not in words:
            words += [option, value]
        elif option not in KEPT:
            words[words.index(option) + 1] = value
    return shlex.join(words)


def shell_lines(code):
    joined = re.sub(r"\s*\\\n\s*", " ", code)
    lines = [line for line in joined.splitlines() if not NOT_HERE.match(line)]
    return "\n".join(smaller(line) if line.startswith(("./run ", "cauce ")) else line
                     for line in lines)


def command(kind, code):
    if kind == "sh":
        return ["bash", "-euo", "pipefail", "-c", shell_lines(code)]
    if kind == "python":
        return [sys.executable, "-W", "error::DeprecationWarning", "-c", code]
    return ["Rscript", "-e", code]


class Docs(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        # What pages write goes to a folder of its own; all else is the project as it is.
        copied = {"out": None, "run": ROOT / "run", "systems": ROOT / "systems",
                  "examples": ROOT / "examples"}
        for name in os.listdir(ROOT):
            if name not in copied:
                os.symlink(ROOT / name, self.folder / name)
        shutil.copy(ROOT / "run", self.folder / "run")
        for name in ("systems", "examples"):
            shutil.copytree(ROOT / name, self.folder / name)
        for study in (self.folder / "examples" / "studies").glob("*.toml"):
            text = study.read_text(encoding="utf-8")
            if "northern-triangle" in text:
                for key, value in STUDY_NUMBERS.items():
                    text = re.sub(rf"^{key} = \d+", f"{key} = {value}", text, flags=re.M)
                study.write_text(text, encoding="utf-8")
        (self.folder / "out").mkdir()

    def run_page(self, page):
        environment = {**os.environ, "MPLBACKEND": "Agg",
                       "PATH": f"{ROOT / 'build' / 'release' / 'bin'}:{os.environ['PATH']}"}
        for kind, code in blocks(page):
            if kind not in KINDS:
                continue
            if kind == "r" and shutil.which("Rscript") is None:
                self.fail("Rscript is not installed")
            done = subprocess.run(command(kind, code), cwd=self.folder, capture_output=True,
                                  text=True, env=environment)
            self.assertEqual(done.returncode, 0,
                             f"{page.name}:\n{code}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")

    def test_only_kinds_that_run_or_need_not(self):
        # text: output and forms; jsonc, toml: examples of data.
        kinds = {kind for page in pages() for kind, _ in blocks(page)}
        self.assertLessEqual(kinds, {*KINDS, "text", "jsonc", "toml", "xml", "csv"})


def add(page):
    def test(self):
        self.run_page(page)

    setattr(Docs, "test_" + re.sub(r"\W", "_", str(page.relative_to(ROOT))), test)


for each in pages():
    if any(kind in KINDS for kind, _ in blocks(each)):
        add(each)

if __name__ == "__main__":
    unittest.main()
