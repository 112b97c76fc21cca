#!/usr/bin/env python3
"""Every error code that the program can say is explained, and every explained one can be said.

A code is a letter and three digits in a string of a C++ file under src or apps. A table entry is
`{"E101", "title"` in a function that returns ErrorCode (a file that declares `ErrorCode codes[]`). A
code that is only spoken of in a table's own words does not count as said. Also: no code explained
twice, and every `*_error_codes()` table is gathered by apps/cauce/explain.cpp. Prints file:line and
exits with 1 when there is any finding.
"""

import pathlib
import re
import sys

CODE = re.compile(r"\b[A-Z][0-9]{3}\b")
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
TABLE = re.compile(r"ErrorCode\s+(\w+)\s*\[\]\s*=\s*\{(.*?)\n\s*\};", re.S)
ENTRY = re.compile(r'\{\s*"([A-Z][0-9]{3})"\s*,')
DECLARED = re.compile(r"span<const ErrorCode>\s+(\w+_error_codes)\(\)\s*;")


def without_comments(text):
    """The same text with // and /* */ comments blanked, lines and strings kept."""
    pattern = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.S)

    def blank(found):
        word = found[0]
        return word if word.startswith('"') else re.sub(r"[^\n]", " ", word)

    return pattern.sub(blank, text)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).resolve().parent.parent)
    explained, said, declared, findings = {}, {}, {}, []
    for path in sorted([*root.glob("src/**/*.[ch]pp"), *root.glob("apps/**/*.[ch]pp")]):
        shown = path.relative_to(root)
        text = without_comments(path.read_text(encoding="utf-8"))
        for found in DECLARED.finditer(text):
            declared.setdefault(found[1], shown)
        rest = text
        for table in TABLE.finditer(text):
            for entry in ENTRY.finditer(table[2]):
                line = text.count("\n", 0, table.start(2) + entry.start()) + 1
                if entry[1] in explained:
                    findings.append(f"{shown}:{line}: {entry[1]} is explained twice (also at "
                                    f"{explained[entry[1]]})")
                explained.setdefault(entry[1], f"{shown}:{line}")
            rest = rest.replace(table[2], re.sub(r"[^\n]", " ", table[2]))
        for string in STRING.finditer(rest):
            for code in CODE.findall(string[1]):
                line = rest.count("\n", 0, string.start()) + 1
                said.setdefault(code, f"{shown}:{line}")
    for code in sorted(said.keys() - explained.keys()):
        findings.append(f"{said[code]}: {code} is said but explained in no table")
    for code in sorted(explained.keys() - said.keys()):
        findings.append(f"{explained[code]}: {code} is explained but never said")
    gathered = (root / "apps" / "cauce" / "explain.cpp").read_text(encoding="utf-8")
    for function in sorted(declared):
        if not re.search(rf"\b{function}\(\)", gathered):
            findings.append(f"{declared[function]}: {function}() is not gathered in "
                            "apps/cauce/explain.cpp")
    for finding in findings:
        print(finding)
    print(f"{len(explained)} codes explained, {len(said)} said", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
