"""Types of the compiled part."""
from typing import Any

import numpy as np
import numpy.typing as npt

version: str

class CauceError(ValueError):
    code: str
    findings: list[dict[str, Any]]

class Model:
    def names(self) -> list[str]: ...
    def describe(self, name: str) -> dict[str, Any]: ...
    def elements(self, dimension: str) -> list[str]: ...
    def run(self, names: list[str], set: dict[str, list[float]],
            set_by_member: dict[str, list[float]], members: int,
            seed: int) -> dict[str, npt.NDArray[np.float64]]: ...

class Cube:
    values: npt.NDArray[np.float32]
    policies: list[str]
    theories: list[str]
    first_month: str
    outcomes: list[dict[str, Any]]
    def compare(self, start: str, until: str, outcomes: list[str], by_place: bool,
                by_group: bool) -> list[dict[str, Any]]: ...

class System:
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
            start: str, until: str) -> Cube: ...

def load_system(folder: str, scale: float = ...) -> System: ...
def load_model(path: str) -> Model: ...
