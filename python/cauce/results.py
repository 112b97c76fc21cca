"""Results as xarray: an `xarray.Dataset` that also knows how to draw itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr


class Results(xr.Dataset):
    """An `xarray.Dataset` of outcomes; `plot()` draws medians with 90 percent bands."""

    __slots__ = ()

    @classmethod
    def from_cube(cls, cube: Any, **attrs: Any) -> "Results":
        """The cube's values without a copy; each outcome is a view into them."""
        values = cube.values
        months = pd.date_range(cube.first_month, periods=values.shape[3], freq="MS")
        coords = {"policy": cube.policies, "theory": cube.theories,
                  "member": np.arange(values.shape[2]), "month": months}
        variables = {}
        for outcome in cube.outcomes:
            places, groups = outcome["places"], outcome["groups"]
            cells = values[..., outcome["offset"]:outcome["offset"] + len(places) * len(groups)]
            cells = cells.reshape(*values.shape[:4], len(places), len(groups))
            dims = ["policy", "theory", "member", "month", "place", "group"]
            own = {}
            # Outcomes differ in their places and groups, so each axis has its own name.
            for axis, names, position in (("place", places, 4), ("group", groups, 5)):
                label = outcome[f"{axis}_axis"]
                dims[position] = label or axis
                if label:
                    own[label] = names
            for position in (5, 4):
                if not outcome[("place_axis", "group_axis")[position - 4]]:
                    cells = cells[(slice(None),) * position + (0,)]
                    del dims[position]
            coords.update(own)
            variables[outcome["name"]] = (dims, cells, {
                "units": outcome["unit"], "kind": outcome["kind"],
                "long_name": outcome["title_en"], "long_name_es": outcome["title_es"],
                "description": outcome["doc_en"]})
        return cls(variables, coords, attrs)

    def total(self, outcome: str) -> xr.DataArray:
        """An outcome summed over its places and groups: [policy, theory, member, month]."""
        data = self[outcome]
        return data.sum([d for d in data.dims if d not in ("policy", "theory", "member", "month")],
                        keep_attrs=True)

    def plot(self, outcome: str | None = None, ax: Any = None) -> Any:  # type: ignore[override]
        """Draws an outcome (the first one if none is named) by policy and theory: the median over
        members as a line, 5 to 95 percent as a band. Returns the matplotlib axes."""
        import matplotlib.pyplot as plt

        name = outcome or str(next(iter(self.data_vars)))
        data = self.total(name)
        ax = ax or plt.subplots(figsize=(8, 4.5), layout="constrained")[1]
        for policy in data.policy.values:
            for theory in data.theory.values:
                chosen = data.sel(policy=policy, theory=theory)
                low, middle, high = np.quantile(chosen, [0.05, 0.5, 0.95],
                                                axis=chosen.get_axis_num("member"))
                label = " under ".join(
                    [str(n) for n, size in ((policy, data.sizes["policy"]),
                                            (theory, data.sizes["theory"])) if size > 1])
                line, = ax.plot(data.month.values, middle, label=label or None)
                ax.fill_between(data.month.values, low, high, color=line.get_color(), alpha=0.2,
                                linewidth=0)
        ax.set_title(data.attrs["long_name"], loc="left")
        ax.set_ylabel(data.attrs["units"])
        ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
        ax.spines[["top", "right"]].set_visible(False)
        if ax.get_legend_handles_labels()[1]:
            ax.legend(frameon=False)
        return ax
