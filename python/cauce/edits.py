"""Policies and theories built in code, and systems with changed files."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


@dataclass
class Policy:
    """Dated actions on levers. `extends` names a policy whose actions hold too.

        policy = Policy("jobs-first", "Jobs first").act("jobs", "2005-01", value=1.5)

    `System.with_policy` gives a system that has it.
    """

    name: str
    title: str = ""
    extends: str = ""
    actions: list[dict[str, object]] = field(default_factory=list)

    def act(self, lever: str, start: str, *, value: float | None = None,
            factor: float | None = None, add: float | None = None, until: str = "",
            ramp_months: int = 0, place: str = "", why: str = "") -> "Policy":
        """Adds an action and returns the policy: exactly one of value, factor and add; `until` is
        the last month in force (open-ended without)."""
        action: dict[str, object] = {"lever": lever, "from": start, "until": until, "place": place}
        action.update({k: v for k, v in (("value", value), ("factor", factor), ("add", add))
                       if v is not None})
        action["ramp_months"] = ramp_months
        action["why"] = why or "written in Python"
        self.actions.append(action)
        return self

    def to_toml(self) -> str:
        """The policy as a file of a system's `policies/` folder."""
        title = _quoted(self.title or self.name)
        lines = [f"name = {_quoted(self.name)}", f"title.en = {title}", f"title.es = {title}",
                 f"summary.en = {title}", f"summary.es = {title}"]
        if self.extends:
            lines.append(f"extends = {_quoted(self.extends)}")
        for action in self.actions:
            lines.append("\n[[action]]")
            for key, value in action.items():
                if key == "why":
                    lines += [f"why.en = {_quoted(str(value))}", f"why.es = {_quoted(str(value))}"]
                elif isinstance(value, str):
                    if value:
                        lines.append(f"{key} = {_quoted(value)}")
                elif key != "ramp_months" or value:
                    lines.append(f"{key} = {value}")
            lines.append('status = "assumed"')
        return "\n".join(lines) + "\n"


@dataclass
class Theory:
    """Other priors for some parameters: what a view expects of contested links.

        theory = Theory("jobs-hold").believe("jobs on leaving", -0.5, -0.7, -0.3)

    `System.with_theory` gives a system that has it.
    """

    name: str
    title: str = ""
    beliefs: list[dict[str, object]] = field(default_factory=list)

    def believe(self, parameter: str, value: float, low: float, high: float, *,
                distribution: str = "normal", element: str = "", why: str = "") -> "Theory":
        """Adds a prior and returns the theory: `low` and `high` are the 5th and 95th percentiles
        around the median `value` (bounds for uniform and triangular)."""
        self.beliefs.append({"name": parameter, "element": element, "distribution": distribution,
                             "value": value, "low": low, "high": high,
                             "why": why or "written in Python"})
        return self

    def to_toml(self) -> str:
        """The theory as a file of a system's `theories/` folder."""
        title = _quoted(self.title or self.name)
        lines = [f"name = {_quoted(self.name)}", f"title.en = {title}", f"title.es = {title}",
                 f"summary.en = {title}", f"summary.es = {title}"]
        for belief in self.beliefs:
            lines.append("\n[[parameter]]")
            for key, value in belief.items():
                if key == "why":
                    lines += [f"why.en = {_quoted(str(value))}", f"why.es = {_quoted(str(value))}"]
                elif isinstance(value, str):
                    if value:
                        lines.append(f"{key} = {_quoted(value)}")
                else:
                    lines.append(f"{key} = {value}")
        return "\n".join(lines) + "\n"


def edited_copy(folder: Path, files: dict[str, str]) -> Path:
    """A copy of a system's folder in which `files` (relative path: text) are added or replaced.
    Unchanged files are linked where the file system allows, else copied. The caller removes it."""
    root = Path(tempfile.mkdtemp(prefix="cauce-"))
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_dir():
            (root / relative).mkdir(exist_ok=True)
        elif str(relative) not in files:
            try:
                os.symlink(path.resolve(), root / relative)
            except OSError:
                shutil.copy2(path, root / relative)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
