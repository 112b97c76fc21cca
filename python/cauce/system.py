"""A system: a folder with equations, data, policies, theories and claims, ready to run."""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from typing import Any, Iterable, Sequence

import pandas as pd

from . import _core
from .edits import Policy, Theory, edited_copy
from .results import Results
from .xmile import Model


def find_system(name: str | os.PathLike[str]) -> Path:
    """The folder of a system: a path that holds `system.toml`, or the name of one that is found in
    $CAUCE_SYSTEMS, in `systems/` of this folder or one above, or installed with the program.

    Raises CauceError P325 when there is none.
    """
    given = Path(name)
    if (given / "system.toml").is_file():
        return given
    places = [Path(p) for p in os.environ.get("CAUCE_SYSTEMS", "").split(os.pathsep) if p]
    here = Path(__file__).resolve().parent
    for start in (Path.cwd(), here):
        places += [folder / "systems" for folder in (start, *start.parents)]
    places += [Path(prefix) / "share" / "cauce" / "systems" for prefix in ("/usr/local", "/usr")]
    for place in places:
        if (place / given / "system.toml").is_file():
            return place / given
    return given  # the library says what is wrong with it


def _names(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


class System:
    """Reads and checks a system; immutable, to be shared between threads.

    scale: one simulated person for each `scale` real ones (1: everyone; 50: a quick look).
    """

    def __init__(self, name: str | os.PathLike[str] = "northern-triangle", *, scale: float = 1.0):
        self._core = _core.load_system(str(find_system(name)), float(scale))
        self.scale = float(scale)

    @property
    def name(self) -> str:
        return self._core.name

    @property
    def folder(self) -> Path:
        return Path(self._core.folder)

    @property
    def clock(self) -> dict[str, Any]:
        """First and last month, the last with data, the decision date, steps a month."""
        return self._core.clock

    @property
    def policies(self) -> pd.DataFrame:
        """name, title and summary (dictionaries of `en` and `es`)."""
        return pd.DataFrame(self._core.policies)

    @property
    def theories(self) -> pd.DataFrame:
        """name, title and summary (dictionaries of `en` and `es`)."""
        return pd.DataFrame(self._core.theories)

    @property
    def levers(self) -> pd.DataFrame:
        """name, variable, unit, low, high, default."""
        return pd.DataFrame(self._core.levers)

    @property
    def parameters(self) -> pd.DataFrame:
        """Every parameter with its prior, unit, source and status."""
        return pd.DataFrame(self._core.parameters)

    @property
    def model(self) -> Model:
        """The equations, as an XMILE model that runs alone."""
        return Model(self._core.model)

    def with_files(self, files: dict[str, str]) -> "System":
        """The same system with some files added or replaced (relative path: text). The original is
        left as it is. Raises CauceError when the new files are faulty."""
        copy = edited_copy(self.folder, files)
        try:
            changed = System(copy, scale=self.scale)
        except Exception:
            shutil.rmtree(copy, ignore_errors=True)
            raise
        weakref.finalize(changed, shutil.rmtree, copy, True)
        return changed

    def with_policy(self, *policies: Policy) -> "System":
        """The same system with more policies."""
        return self.with_files({f"policies/{p.name}.toml": p.to_toml() for p in policies})

    def with_theory(self, *theories: Theory) -> "System":
        """The same system with more theories."""
        return self.with_files({f"theories/{t.name}.toml": t.to_toml() for t in theories})

    def run(self, policy: str | Sequence[str] = "as-enacted",
            theory: str | Sequence[str] = "open", *, members: int = 20, seed: int = 2017,
            threads: int = 0, start: str = "", until: str = "") -> Results:
        """Runs every policy under every theory, member by member, with common random numbers.

        policy, theory: names; members: of each; threads: 0 for all cores (the result does not
        depend on it); start, until: first and last month, as "2017-06" (default: the clock's first
        month and the last with data). Returns a Dataset of float32, [policy, theory, member,
        month, place, group] by outcome, units in `attrs`.
        """
        cube = self._core.run(_names(policy), _names(theory), members, seed, threads, start, until)
        return Results.from_cube(cube, system=self.name, seed=seed, scale=self.scale)

    def compare(self, policies: Iterable[str], theory: str | Sequence[str] = "open", *,
                outcomes: Iterable[str] = (), by_place: bool = False, by_group: bool = False,
                start: str = "", until: str = "", members: int = 20, seed: int = 2017,
                threads: int = 0) -> pd.DataFrame:
        """Outcomes by policy with paired differences from the first one.

        One row a policy, theory and outcome: the level and the difference (mean and quantiles;
        flows summed over the months, others averaged), and the share of members in which the
        policy's value is lower or higher. `start` defaults to the decision date.
        """
        cube = self._core.run(list(policies), _names(theory), members, seed, threads, "", until)
        rows = cube.compare(start or self.clock["decision"], until, list(outcomes), by_place,
                            by_group)
        flat = []
        for row in rows:
            level, difference = row.pop("level"), row.pop("difference")
            row.update({f"level_{k}": v for k, v in level.items()})
            row.update({f"difference_{k}": v for k, v in difference.items()})
            flat.append(row)
        return pd.DataFrame(flat)

    def __repr__(self) -> str:
        return f"<cauce.System {self.name!r}, scale 1:{self.scale:g}>"
