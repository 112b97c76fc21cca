"""What `cmake --install` puts somewhere works there: the program in any folder, and the library in a
program outside the tree (examples/embed)."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.holder.cleanup)
        cls.folder = Path(cls.holder.name)
        cls.prefix = cls.folder / "usr"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def test_the_program_finds_its_systems_from_any_folder(self):
        environment = {k: v for k, v in os.environ.items() if k != "CAUCE_SYSTEMS"}
        out = run(self.prefix / "bin" / "cauce", "run", "two-towns", "--members", 2, "--until",
                  "2000-06", cwd=self.folder, env=environment)
        self.assertIn("People in the North", out)
        self.assertTrue((self.prefix / "share" / "cauce" / "systems" / "two-towns").is_dir())

    def test_a_program_outside_the_tree_uses_the_library(self):
        source, build = self.folder / "embed", self.folder / "build"
        source.mkdir()
        for path in (ROOT / "examples" / "embed").iterdir():
            (source / path.name).write_bytes(path.read_bytes())
        run("cmake", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        # What is installed names no folder of the build tree.
        for path in self.prefix.rglob("*.cmake"):
            self.assertNotIn(str(ROOT), path.read_text(encoding="utf-8"), path)
        lines = run(build / "embed", ROOT / "systems" / "two-towns", "in_the_north").splitlines()
        self.assertEqual(len(lines), 240)
        for line in lines:
            self.assertRegex(line, r"^20\d\d-\d\d \d+$")
        # A stock that starts at nobody and grows towards its level (systems/two-towns/README.md).
        persons = [int(line.split()[1]) for line in lines]
        self.assertLess(persons[0], 600)
        self.assertTrue(all(b > a for a, b in zip(persons[:24], persons[1:24])))
        self.assertTrue(8000 < persons[-1] < 17000, persons[-1])

    def test_versions_agree(self):
        version = re.search(r"VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text().split(
            "project(", 1)[1])[1]
        import cauce

        self.assertEqual(cauce.__version__, version)
        self.assertIn(version, run(self.prefix / "bin" / "cauce", "--version"))
        self.assertIn(f'version = "{version}"', (ROOT / "pyproject.toml").read_text())
        self.assertIn(version, (ROOT / "CITATION.cff").read_text())
        self.assertIn(f"## {version}", (ROOT / "CHANGELOG.md").read_text())


if __name__ == "__main__":
    unittest.main()
