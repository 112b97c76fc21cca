"""Any XMILE model: load it, look at its equations, run it side by side over many members."""

from __future__ import annotations

import os
from typing import Any, Mapping, Sequence

import numpy as np
import xarray as xr

from . import _core


class Model:
    """A compiled model, immutable. Names are matched as XMILE says: any letter case, spaces and
    underscores alike."""

    def __init__(self, core: _core.Model):
        self._core = core

    @property
    def names(self) -> list[str]:
        """All variables, as in the file."""
        return self._core.names()

    def describe(self, name: str) -> dict[str, Any]:
        """kind, units, doc, group, equation, dimensions, uses and used_by of a variable."""
        return self._core.describe(name)

    def run(self, *, set: Mapping[str, float | Sequence[float]] | None = None,
            set_by_member: Mapping[str, Sequence[float]] | None = None, members: int = 1,
            seed: int = 1, only: Sequence[str] | None = None) -> xr.Dataset:
        """Runs the model by its own clock.

        set: values in place of equations, one number or one an element; set_by_member: one number
        a member, for variables that differ between members; only: names to keep (default: all).
        Returns a Dataset of float64, [Time, dimensions of the variable, member]; `member` is left
        out when there is one.
        """
        names = list(only) if only is not None else [
            n for n in self.names if self.describe(n)["kind"] != "graphical"]
        fixed = {n: [float(x) for x in np.ravel(np.asarray(v, dtype=float))]
                 for n, v in (set or {}).items()}
        varied = {n: [float(x) for x in v] for n, v in (set_by_member or {}).items()}
        values = self._core.run(names, fixed, varied, members, seed)
        time = values.pop("Time")
        coords: dict[str, Any] = {"Time": time}
        if members > 1:
            coords["member"] = np.arange(members)
        variables = {}
        for name, array in values.items():
            about = self.describe(name)
            dims = about["dimensions"]
            for dim in dims:
                coords[dim] = self._core.elements(dim)
            shape = [len(time), *(len(coords[d]) for d in dims), members]
            array = array.reshape(shape)
            keys = ["Time", *dims, "member"]
            if members == 1:
                array, keys = array[..., 0], keys[:-1]
            variables[about["name"]] = (keys, array,
                                        {"units": about["units"], "description": about["doc"]})
        return xr.Dataset(variables, coords)


def load(path: str | os.PathLike[str]) -> Model:
    """Reads and compiles an XMILE file. Raises CauceError with every finding of the file."""
    return Model(_core.load_model(os.fspath(path)))
