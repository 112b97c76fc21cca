"""Reference pages from what the code says of itself: `reference.py cli|python|cpp SOURCE`."""

import ast
import re
import subprocess
import sys
import textwrap
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
    if any(isinstance(d, ast.Name) and d.id == "property" for d in node.decorator_list):
        return f"{node.name}: {ast.unparse(node.returns)}"
    words = ast.unparse(node.args).removeprefix("self").removeprefix("cls").removeprefix(", ")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    text = f"{node.name}({words}){returns}"
    return "\n".join(textwrap.wrap(text, 96, subsequent_indent=" " * (len(node.name) + 1)))


def python(folder):
    """What `import cauce` gives: the names of `__all__`, each from the module that defines it."""
    package = ast.parse((Path(folder) / "__init__.py").read_text(encoding="utf-8"))
    public = next(ast.literal_eval(n.value) for n in package.body
                  if isinstance(n, ast.Assign) and n.targets[0].id == "__all__")
    print(f"# Python module\n\nMade from the docstrings.\n\n{ast.get_docstring(package)}")
    written = set()
    for path in [Path(folder) / "__init__.py", *sorted(Path(folder).glob("*.py")),
                 *sorted(Path(folder).glob("*.pyi"))]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = f"cauce.{path.stem}"
        if path.stem in public:
            print(f"\n## {module}\n\n{ast.get_docstring(tree)}")
        for node in tree.body:
            name = getattr(node, "name", "")
            if path.stem in public and not name.startswith("_"):
                shown = f"{module}.{name}"
            elif name in public and name not in written:
                shown = f"cauce.{name}"
            else:
                continue
            if not isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                continue
            written.add(name)
            if isinstance(node, ast.FunctionDef):
                print(f"\n## {shown}\n\n```text\n{signature(node)}\n```\n\n"
                      f"{ast.get_docstring(node)}")
                continue
            print(f"\n## class {shown}\n\n{ast.get_docstring(node)}")
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_") \
                        and ast.get_docstring(member):
                    print(f"\n### {name}.{member.name}\n\n```text\n{signature(member)}\n```\n\n"
                          f"{ast.get_docstring(member)}")
    missing = set(public) - written - {"__version__", "xmile"}
    if missing:
        sys.exit(f"no docstring found of {', '.join(sorted(missing))}")


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
