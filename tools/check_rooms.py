#!/usr/bin/env python3
"""Holds the rooms of the house apart (docs/architecture.md, "The house").

Each room under src/cauce includes only itself and the rooms named below. Says file:line for each
#include that breaks the rule, and each room of a CMakeLists.txt that links what it may not; exits
with 1 when there is any. Apps, tests and benches may include everything.
"""

import pathlib
import re
import sys

ALLOWED = {
    "base": [],
    "methods": ["base"],
    "evidence": ["base"],
    "policy": ["base", "evidence"],
    "conditions": ["base"],
    "people": ["base"],
    "flee": ["base", "people"],
    "system": ["base", "evidence", "policy", "conditions", "people"],
    "results": ["base"],
    "study": ["base", "methods", "evidence", "policy", "people", "system", "results"],
    "report": ["base", "evidence", "policy", "system", "results", "study"],
    "serve": ["base", "methods", "evidence", "policy", "conditions", "people", "system", "results", "study",
              "report"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]cauce/([A-Za-z0-9_]+)/')
ROOM = re.compile(r"cauce_room\(\s*(\w+)([^)]*)\)", re.S)


def source_findings(root):
    for path in sorted((root / "src" / "cauce").glob("*/**/*")):
        if path.suffix not in (".cpp", ".hpp"):
            continue
        room = path.relative_to(root / "src" / "cauce").parts[0]
        shown = path.relative_to(root)
        if room not in ALLOWED:
            yield f"{shown}:1: room '{room}' has no rule; add it to ALLOWED in tools/check_rooms.py"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if found and found[1] != room and found[1] not in ALLOWED[room]:
                yield (f"{shown}:{number}: room '{room}' must not include room '{found[1]}' "
                       f"(it may include: {', '.join(ALLOWED[room]) or 'none'})")


def cmake_findings(root):
    for path in sorted((root / "src" / "cauce").glob("*/CMakeLists.txt")):
        text = path.read_text(encoding="utf-8")
        for call in ROOM.finditer(text):
            room, words = call[1], call[2].split()
            depends = []
            if "DEPENDS" in words:
                depends = words[words.index("DEPENDS") + 1:]
                depends = depends[:depends.index("LIBRARIES")] if "LIBRARIES" in depends else depends
            line = text.count("\n", 0, call.start()) + 1
            for other in depends:
                if other not in ALLOWED.get(room, []):
                    yield (f"{path.relative_to(root)}:{line}: room '{room}' must not depend on "
                           f"room '{other}'")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).resolve().parent.parent)
    if not (root / "src" / "cauce").is_dir():
        sys.exit(f"{root}: no src/cauce here")
    findings = list(source_findings(root)) + list(cmake_findings(root))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
