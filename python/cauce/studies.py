"""Answers of studies as labelled arrays: names, coordinates and units for what the program returns."""

from __future__ import annotations

import io
from typing import Any, Sequence

import numpy as np
import pandas as pd
import xarray as xr

KNOWLEDGE = ["ex ante", "ex post"]


def _unit(data: xr.Dataset, names: Sequence[str], units: Sequence[str]) -> xr.Dataset:
    """`units` of the variables where all outcomes share one; the coordinate `unit` has them anyway."""
    if len(set(units)) == 1:
        for name in names:
            data[name].attrs["units"] = units[0]
    return data


def _outcomes(answers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"outcome": [a["outcome"] for a in answers],
            "unit": ("outcome", [a["unit"] for a in answers]),
            "title": ("outcome", [a["title"] for a in answers])}


def _in_order(values: Any, names: list[str], order: list[str]) -> Any:
    """Rows by name in another order; not-a-number for names that are not there."""
    values = np.asarray(values)
    out = np.full((len(order), *values.shape[1:]), np.nan)
    for row, name in zip(values, names):
        out[order.index(name)] = row
    return out


def attribution(answers: list[dict[str, Any]], attrs: dict[str, Any]) -> xr.Dataset:
    """`System.attribute`: parts by mechanism, largest first for the first outcome."""
    order = list(dict.fromkeys(m for a in answers for m in a["mechanisms"]))
    parts = np.stack([_in_order(a["parts"], a["mechanisms"], order) for a in answers])
    errors = np.stack([_in_order(a["errors"], a["mechanisms"], order) for a in answers])
    data = xr.Dataset(
        {"part": (["outcome", "mechanism", "member"], parts,
                  {"long_name": "Part of the difference (Shapley value)"}),
         "error": (["outcome", "mechanism"], errors,
                   {"long_name": "Standard error of the mean part, 0 where it is exact"}),
         "difference": (["outcome", "member"], np.stack([a["difference"] for a in answers]),
                        {"long_name": "Difference of the two policies"})},
        {**_outcomes(answers), "mechanism": order, "member": np.arange(parts.shape[2])},
        {**attrs, "exact": all(a["exact"] for a in answers)})
    return _unit(data, ["part", "error", "difference"], [a["unit"] for a in answers])


def sensitivity(answers: list[dict[str, Any]], attrs: dict[str, Any]) -> xr.Dataset:
    """`System.sensitivity`: numbers by input, most important first for the first outcome."""
    order = list(dict.fromkeys(i for a in answers for i in a["inputs"]))
    variables: dict[str, Any] = {
        name: (["outcome", "input"],
               np.stack([_in_order(a["numbers"][name], a["inputs"], order) for a in answers]))
        for name in answers[0]["numbers"]}
    for name in ("mean", "standard_deviation"):
        variables[name] = ("outcome", [a[name] for a in answers])
    data = xr.Dataset(variables, {**_outcomes(answers), "input": order}, attrs)
    indices = [str(n) for n in data.data_vars if str(n).startswith(("first", "total"))]
    for name in indices:
        data[name].attrs["units"] = "1"
    return _unit(data, [str(n) for n in data.data_vars if n not in indices],
                 [a["unit"] for a in answers])


def table(csv: str) -> pd.DataFrame:
    """A table that the program wrote; words that are not there are empty, numbers not-a-number."""
    frame = pd.read_csv(io.StringIO(csv), keep_default_na=False)
    for name in [str(column) for column in frame.columns]:
        numbers = pd.to_numeric(frame[name].replace("", np.nan), errors="coerce")
        if (numbers.notna().any() or name == "observed") and (numbers.notna() | (frame[name] == "")).all():
            frame[name] = numbers
    return frame


def _labelled(columns: dict[str, Any], dim: str, numbers: Sequence[str]) -> dict[str, Any]:
    return {name: (dim, columns[name]) for name in numbers}


def _quantiles(columns: dict[str, Any], prefix: str) -> Any:
    return np.stack([columns[prefix + q] for q in ("q05", "q50", "q95")], axis=-1)


def calibration(answer: dict[str, Any], attrs: dict[str, Any]) -> xr.Dataset:
    """`System.calibrate`: draws, what was learned, and the fit of each series and observation."""
    learned, series, checks = answer["learned"], answer["series"], answer["checks"]
    draws = answer["draws"]
    units = dict(zip(answer["parameters"], answer["units"]))
    order = learned["name"]
    data = xr.Dataset(
        {"draws": (["parameter", "draw"], draws, {"long_name": "Calibrated draws"}),
         "misfit": ("iteration", answer["misfit"],
                    {"units": "1", "long_name": "Mean of (residual / error)^2"}),
         "prior": (["unknown", "quantile"], _quantiles(learned, "prior_")),
         "posterior": (["unknown", "quantile"], _quantiles(learned, "")),
         "learned": ("unknown", learned["learned"],
                     {"units": "1", "long_name": "1 - variance after / before"}),
         "shift": ("unknown", learned["shift"],
                   {"units": "1", "long_name": "Mean after, in prior deviations"}),
         "observed": ("observation", checks["observed"]),
         "predicted_before": (["observation", "quantile"], _quantiles(checks, "prior_")),
         "predicted": (["observation", "quantile"], _quantiles(checks, "")),
         **_labelled(series, "series", ["prior_log_error", "log_error", "discrepancy", "inside_50",
                                        "inside_90"])},
        {"parameter": answer["parameters"],
         "parameter_unit": ("parameter", answer["units"]),
         "draw": np.arange(draws.shape[1]),
         "iteration": np.arange(len(answer["misfit"])),
         "unknown": order,
         "unknown_unit": ("unknown", [units.get(name, "1") for name in order]),
         "quantile": [0.05, 0.5, 0.95],
         "target": ("series", series["target"]),
         "place": ("series", series["place"]),
         "group": ("series", series["group"]),
         "log_sd": ("series", series["log_sd"]),
         "series_of": ("observation", np.asarray(checks["series"], dtype=int)),
         "month": ("observation", pd.to_datetime(checks["from"])),
         "months": ("observation", np.asarray(checks["months"], dtype=int))},
        {**attrs, "theory": answer["theory"], "until": answer["until"], "runs": answer["runs"]})
    return data


def hindcast(answer: dict[str, Any], theories: list[str], attrs: dict[str, Any]) -> xr.Dataset:
    """`System.hindcast`: forecasts and what happened; scores and weights."""
    values = answer["forecasts"]
    values = values.reshape(len(theories), len(KNOWLEDGE), *values.shape[1:])
    months = pd.date_range(answer["origin"], periods=values.shape[3], freq="MS")
    variables: dict[str, Any] = {
        "forecast": (["theory", "knowledge", "series", "month", "member"], values,
                     {"units": "persons/month"}),
        "observed": (["series", "month"], answer["observed"], {"units": "persons/month"})}
    skill, weights = answer["skill"], answer["weights"]
    forecasters = list(dict.fromkeys(skill["forecaster"]))
    variables.update(_scores(skill, {"forecaster": forecasters, "series": answer["series"]}))
    for name in ("stacking", "q05", "q95", "pseudo_bma", "log_density"):
        weight = np.full((len(theories), len(KNOWLEDGE)), np.nan)
        for theory, known, value in zip(weights["theory"], weights["knowledge"], weights[name]):
            weight[theories.index(theory), KNOWLEDGE.index(known)] = value
        label = {"stacking": "weight", "q05": "weight_q05", "q95": "weight_q95"}.get(name, name)
        variables[label] = (["theory", "knowledge"], weight, {"units": "1"})
    return xr.Dataset(variables, {
        "theory": theories, "knowledge": KNOWLEDGE, "series": answer["series"], "month": months,
        "member": np.arange(values.shape[4]), "forecaster": forecasters,
        "kind": _kinds(skill, forecasters)}, attrs)


def rolling_hindcast(skill: dict[str, Any], attrs: dict[str, Any]) -> xr.Dataset:
    """`System.rolling_hindcast`: the scores of each origin."""
    axes = {name: list(dict.fromkeys(skill[name])) for name in ("origin", "forecaster", "series")}
    return xr.Dataset(_scores(skill, axes), {
        "origin": pd.to_datetime(axes["origin"]), "forecaster": axes["forecaster"],
        "knowledge": KNOWLEDGE, "series": axes["series"],
        "kind": _kinds(skill, axes["forecaster"])}, attrs)


def _scores(skill: dict[str, Any], axes: dict[str, list[str]]) -> dict[str, Any]:
    """The columns of scores as variables with these axes (and `knowledge` before the last)."""
    dims = [*list(axes)[:-1], "knowledge", list(axes)[-1]]
    size = [len(KNOWLEDGE) if dim == "knowledge" else len(axes[dim]) for dim in dims]
    # Baselines know the history alone, whichever the knowledge of the theories they stand beside.
    where = [tuple(axes[dim].index(row[dim]) if dim != "knowledge"
                   else KNOWLEDGE.index(row[dim]) if row[dim] else slice(None) for dim in dims)
             for row in ({dim: skill[dim][i] for dim in dims}
                         for i in range(len(skill["forecaster"])))]
    variables: dict[str, Any] = {}
    for name, unit in (("crps", "persons"), ("crps_log", "1"), ("log_score", "1"),
                       ("inside_50", "1"), ("inside_90", "1"), ("first_year_ratio", "1")):
        scores = np.full(size, np.nan)
        for at, value in zip(where, skill[name]):
            scores[at] = value
        variables[name] = (dims, scores, {"units": unit})
    return variables


def _kinds(skill: dict[str, Any], forecasters: list[str]) -> Any:
    kinds = dict(zip(skill["forecaster"], skill["kind"]))
    return ("forecaster", [kinds[f] for f in forecasters])


def lives(matches: int, rows: list[dict[str, Any]], attrs: dict[str, Any]) -> pd.DataFrame:
    """`System.follow`: one row an event."""
    names = ["person", "kind", "department", "month", "week", "event", "place", "persons",
             "probability", "en", "es"]
    frame = pd.DataFrame(rows, columns=names)
    frame["month"] = pd.to_datetime(frame["month"])
    frame.attrs = {**attrs, "simulated": True, "matches": matches}
    return frame
