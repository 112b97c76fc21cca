#!/usr/bin/env python3
"""Automatic exponential smoothing and seasonal ARIMA forecasts of apprehensions, by statsmodels.

    python3 tools/baselines/fit.py systems/northern-triangle

writes baselines.csv into the pack: for each origin (the first month forecast) and series, the mean
and standard deviation of each month's forecast, of the number or of its logarithm. Only months
before the origin are used. ETS: the best by corrected AIC among trend none, additive, damped and
season none, additive (twelve months). ARIMA: the best by AICc among p, q, d in 0 to 1 and seasonal
(0,0,0), (1,0,0), (0,1,1). Origins named after the pack are worked out and the others' rows kept.
Needs Debian's python3-statsmodels.
"""

import csv
import itertools
import os
import pathlib
import sys
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tiny matrices: threads only wait for each other
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy  # noqa: E402
import pandas  # noqa: E402
from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: E402
from statsmodels.tsa.statespace.sarimax import SARIMAX  # noqa: E402

ORIGINS = ["2014-06", "2014-12", "2015-06", "2015-12", "2016-06", "2016-12", "2017-06", "2017-12"]
HORIZON = 31
SERIES = {"all": None, "Guatemala": ("GT", "all"), "Honduras": ("HN", "all"),
          "El_Salvador": ("SV", "all"), "child": None, "family": None, "adult": None}


def read(pack):
    """{series: {month index: value}}, countries' kinds added up."""
    series = {name: {} for name in SERIES}
    with open(pack / "data" / "targets.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["series"] != "border_patrol_apprehensions" or len(row["period"]) != 7:
                continue
            month = int(row["period"][:4]) * 12 + int(row["period"][5:]) - 1
            value = float(row["value"])
            for name, cell in SERIES.items():
                if cell is None and name == row["group"] or cell == (row["place"], row["group"]):
                    series[name][month] = series[name].get(month, 0.0) + value
    return series


def corrected(aic, parameters, count):
    spare = count - parameters - 1
    return aic + 2 * parameters * (parameters + 1) / spare if spare > 0 else numpy.inf


def ets(values):
    best = None
    for trend, season in itertools.product([(None, False), ("add", False), ("add", True)],
                                           [None, "add"]):
        if season and len(values) < 25:
            continue
        try:
            fit = ETSModel(values, error="add", trend=trend[0], damped_trend=trend[1],
                           seasonal=season, seasonal_periods=12 if season else None).fit(disp=False)
            score = corrected(fit.aic, len(fit.params), len(values))
        except (ValueError, numpy.linalg.LinAlgError):
            continue
        if best is None or score < best[0]:
            best = (score, fit)
    if best is None:
        return None
    frame = best[1].get_prediction(start=len(values), end=len(values) + HORIZON - 1)
    return numpy.asarray(frame.predicted_mean), numpy.sqrt(numpy.asarray(frame.forecast_variance))


def arima(values):
    best = None
    for p, d, q, season in itertools.product(range(2), range(2), range(2),
                                             [(0, 0, 0, 0), (1, 0, 0, 12), (0, 1, 1, 12)]):
        if season[3] and len(values) < 30:
            continue
        if p + q == 0 and not any(season):
            continue
        try:
            constant = "c" if d + season[1] == 0 else None
            fit = SARIMAX(values, order=(p, d, q), seasonal_order=season, trend=constant).fit(
                disp=False, maxiter=40)
            score = corrected(fit.aic, len(fit.params), fit.nobs_effective)
        except (ValueError, numpy.linalg.LinAlgError):
            continue
        if numpy.isfinite(score) and (best is None or score < best[0]):
            best = (score, fit)
    if best is None:
        return None
    forecast = best[1].get_forecast(HORIZON)
    return numpy.asarray(forecast.predicted_mean), numpy.asarray(forecast.se_mean)


def main():
    warnings.simplefilter("ignore")
    pack = pathlib.Path(sys.argv[1])
    origins = sys.argv[2:] or ORIGINS
    path = pack / "baselines.csv"
    rows = []
    if path.exists():
        with open(path, encoding="utf-8", newline="") as file:
            rows = [row for row in list(csv.reader(file))[1:] if row[0] not in origins]
    for name, months in read(pack).items():
        for origin in origins:
            first = int(origin[:4]) * 12 + int(origin[5:]) - 1
            values = pandas.Series([months[m] for m in sorted(months) if m < first])
            for method, rule in (("ETS", ets), ("seasonal ARIMA", arima)):
                for logs in (False, True):
                    found = rule(numpy.log(values) if logs else values)
                    if found is None:
                        continue
                    label = method + (", log" if logs else "")
                    for h, (mean, deviation) in enumerate(zip(*found)):
                        rows.append([origin, name, label, h + 1, f"{mean:.6g}",
                                     f"{deviation:.5g}", int(logs)])
            print(name, origin, len(values), "months", file=sys.stderr)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["origin", "series", "method", "horizon", "mean", "deviation", "logs"])
        writer.writerows(sorted(rows, key=lambda row: row[:2]))


if __name__ == "__main__":
    main()
