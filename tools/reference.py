"""Reference pages from what the code says of itself: `reference.py cli|python|cpp SOURCE`."""

import ast
import re
import subprocess
import sys
from pathlib import Path


def subcommands(program, words):
    """The help of a command and of those under it, depth first."""
    text = subprocess.run([program, *words, "--help"], capture_output=True, text=True,
                          check=True).stdout
    yield words, text
    listed = re.search(r"^Subcommands:\n((?:  .*\n)+)", text, re.M)
    for line in (listed.group(1) if listed else "").splitlines():
        if re.match(r"  \S", line):
            yield from subcommands(program, [*words, line.split()[0]])


def cli(program):
    print("# Command line\n\nMade from the program's own help.")
    for words, text in subcommands(program, []):
        print(f"\n## cauce {' '.join(words)}".rstrip(), f"\n\n```text\n{text.rstrip()}\n```")


def signature(node):
    words = ast.unparse(node.args)
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({words}){returns}"


def python(folder):
    print("# Python module\n\nMade from the docstrings.")
    for path in sorted(Path(folder).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = "cauce" if path.stem == "__init__" else f"cauce.{path.stem}"
        print(f"\n## {name}\n\n{ast.get_docstring(tree) or ''}")
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                print(f"\n### class {node.name}\n\n{ast.get_docstring(node) or ''}")
                members = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            elif isinstance(node, ast.FunctionDef):
                members = [node]
            else:
                continue
            for member in members:
                if not member.name.startswith("_") and ast.get_docstring(member):
                    print(f"\n#### `{signature(member)}`\n\n{ast.get_docstring(member)}")


def cpp(folder):
    """Each public header by room: what it is for, and its documented declarations."""
    print("# C++ library\n\nMade from the headers; `find_package(cauce)` gives one target a room. "
          "An example outside the tree is in `examples/embed`.")
    rooms = sorted(p for p in Path(folder).iterdir() if p.is_dir())
    for room in rooms:
        headers = sorted(room.rglob("*.hpp"))
        if not headers:
            continue
        print(f"\n## cauce::{room.name}")
        for header in headers:
            lines = header.read_text(encoding="utf-8").splitlines()
            about = []
            for line in lines:
                if not line.startswith("//"):
                    break
                about.append(line[2:].strip())
            print(f"\n### `{header.relative_to(Path(folder).parent)}`\n\n{' '.join(about)}\n")
            comment = []
            for line in lines:
                stripped = line.strip()
                if stripped.startswith("///") and not stripped.startswith("///<"):
                    comment.append(stripped[3:].strip())
                    continue
                if comment and stripped:
                    print(f"- `{stripped.rstrip('{;').strip()}` — {' '.join(comment)}")
                comment = []


if __name__ == "__main__":
    {"cli": cli, "python": python, "cpp": cpp}[sys.argv[1]](sys.argv[2])
