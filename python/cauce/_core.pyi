"""Types of the compiled part: plain lists, dictionaries and arrays. `cauce` gives them their names.

Months are "2017-06", "" for the default. `tell` is called with what is being done, how many tasks
are done and how many there are. All long calls release the GIL, raise KeyboardInterrupt when asked
to stop, and CauceError for faulty input.
"""
import os
from typing import Any, Callable, Optional, Sequence

import numpy as np
import numpy.typing as npt

version: str
Tell = Optional[Callable[[str, int, int], None]]
Numbers = npt.NDArray[np.float64]

class CauceError(ValueError):
    """What is wrong, where, and what to do."""
    code: str
    """Of the first finding, as `cauce explain` knows it."""
    findings: list[dict[str, Any]]
    """severity, code, file, line, message and hint of each."""

class Model:
    """A compiled XMILE model."""
    def names(self) -> list[str]:
        """All variables, as in the file."""
    def describe(self, name: str) -> dict[str, Any]:
        """name, kind, units, doc, group, equation, dimensions, uses, used_by. Raises X801."""
    def elements(self, dimension: str) -> list[str]:
        """Elements of a dimension. Raises X801."""
    def run(self, names: list[str], set: dict[str, list[float]],
            set_by_member: dict[str, list[float]], members: int, seed: int) -> dict[str, Numbers]:
        """float64 by name, [time, element, member], and "Time" [time]. Raises X801."""

class Cube:
    """Results of an ensemble."""
    values: npt.NDArray[np.float32]
    """[policy, theory, member, month, cell], a read-only view of the program's memory."""
    policies: list[str]
    theories: list[str]
    first_month: str
    outcomes: list[dict[str, Any]]
    """name, unit, kind, axes and their elements, titles, and the offset of the first cell."""
    def compare(self, start: str, until: str, outcomes: list[str], by_place: bool,
                by_group: bool) -> list[dict[str, Any]]:
        """Levels and paired differences from the first policy. Raises S103."""

class System:
    """A pack, read and checked."""
    name: str
    folder: str
    title: dict[str, str]
    clock: dict[str, Any]
    policies: list[dict[str, Any]]
    theories: list[dict[str, Any]]
    levers: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    model: Model
    def run(self, policies: list[str], theories: list[str], members: int, seed: int, threads: int,
            start: str, until: str, draws: str, store: str, tell: Tell) -> Cube: ...
    def attribute(self, policy: str, other: str, theory: str, outcomes: list[str],
                  mechanisms: Sequence[tuple[str, list[str]]], members: int, seed: int,
                  order_pairs: int, calibrated: bool, start: str, until: str, threads: int,
                  tell: Tell) -> list[dict[str, Any]]:
        """One an outcome: mechanisms, parts [mechanism, member], errors, difference [member]."""
    def sensitivity(self, policies: list[str], outcomes: list[str], theories: list[str],
                    morris: bool, points: int, parameters: list[str], by_sector: bool, luck: bool,
                    seed: int, start: str, until: str, threads: int, store: str,
                    tell: Tell) -> list[dict[str, Any]]:
        """One an outcome: inputs, numbers by name [input], mean, standard_deviation."""
    def claims(self, ids: list[str], theories: list[str], members: int, seed: int,
               calibrated: bool, predictions: bool, threads: int, store: str, finer: list[float],
               finer_budget: float, tell: Tell) -> str:
        """The table as CSV."""
    def calibrate(self, theory: str, until: str, members: int, iterations: int, seed: int,
                  threads: int, folder: str, tell: Tell) -> dict[str, Any]:
        """draws [parameter, draw], misfit [iteration], learned, series and checks by column."""
    def hindcast(self, theories: list[str], origin: str, until: str, judged_until: str, seed: int,
                 threads: int, folder: str, tell: Tell) -> dict[str, Any]:
        """forecasts [theory x knowledge, series, month, member], observed, skill, weights."""
    def rolling_hindcast(self, theories: list[str], origins: list[str], months: int, members: int,
                         iterations: int, seed: int, threads: int, folder: str,
                         tell: Tell) -> dict[str, Any]:
        """Scores by column, one an origin, forecaster, knowledge and series."""
    def follow(self, fates: str, policy: str, theory: str, kind: str, department: str, people: int,
               member: int, members: int, seed: int, calibrated: bool, until: str,
               tell: Tell) -> tuple[int, list[dict[str, Any]]]:
        """How many match, and the events of those told of."""

def find_system(name: str, besides: Sequence[os.PathLike[str]]) -> os.PathLike[str]:
    """The folder of the system of this name. Raises P325."""
def load_system(folder: os.PathLike[str], scale: float = ...) -> System:
    """Reads and checks a system. Raises CauceError with every finding."""
def load_model(path: str) -> Model:
    """Reads and compiles an XMILE file. Raises CauceError with every finding."""
