"""Whether the median of a run stays within the observed bands: homicide, gangs, poverty, impunity,
displacement, remittances, by country, 2010 to 2019.

    cauce run systems/northern-triangle --members 40 --scale 50 --out RUN
    python3 tools/pack/bands.py RUN/summary.csv [--pack systems/northern-triangle]

A band is the observation times exp(+-1.645 log_sd) with the log_sd of the target in system.toml: the
error of the source and of the model's form. Prints each country and quantity with its years, `hit` or
`missed` and the values; exit status 1 when one was missed.
"""

import argparse
import csv
import math
import re
import sys
from collections import defaultdict
from pathlib import Path

TARGETS = ("homicide_rate", "gang_members", "poverty", "impunity", "displaced", "remittances")
COUNTRIES = {"GT": "Guatemala", "HN": "Honduras", "SV": "El_Salvador"}


def targets(pack):
    """name -> (outcome, series, log_sd, whether flows are added up over the year)."""
    text = (pack / "system.toml").read_text()
    kinds = dict(re.findall(r'\[\[outcome\]\]\nname = "([^"]+)"\n.*?kind = "([^"]+)"', text, re.S))
    found = {}
    for block in text.split("[[target]]")[1:]:
        entry = dict(re.findall(r'^(\w+) = "?([^"\n]*)"?$', block, re.M))
        if entry["name"] in TARGETS:
            found[entry["name"]] = (entry["outcome"], entry["series"], float(entry["log_sd"]),
                                    kinds[entry["outcome"]])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("summary", help="summary.csv of a run")
    parser.add_argument("--pack", default=str(Path(__file__).parents[2] /
                                              "systems/northern-triangle"))
    options = parser.parse_args()
    pack = Path(options.pack)
    wanted = targets(pack)
    outcomes = {outcome for outcome, *_ in wanted.values()}
    median = defaultdict(dict)
    with open(options.summary) as file:
        for row in csv.DictReader(file):
            if row["variable"] in outcomes and not row["group"]:
                median[row["variable"], row["place"]][row["month"]] = float(row["q50"])
    observed = defaultdict(dict)
    with open(pack / "data/targets.csv") as file:
        for row in csv.DictReader(file):
            if "2010" <= row["period"][:4] <= "2019" and not row["group"]:
                observed[row["series"], row["place"]][row["period"]] = float(row["value"])
    cells = hits = 0
    for name, (outcome, series, log_sd, kind) in wanted.items():
        for place, country in COUNTRIES.items():
            said, inside = [], 0
            for period, seen in sorted(observed[series, place].items()):
                months = median[outcome, country]
                values = [months[m] for m in months if m.startswith(period)]
                model = sum(values) if kind == "flow" else sum(values) / max(len(values), 1)
                within = abs(math.log(max(model, 1e-12) / seen)) <= 1.645 * log_sd
                inside += within
                said.append(f"{period} {model:.4g}/{seen:.4g}{'' if within else ' !'}")
            if said:
                cells += len(said)
                hits += inside
                print(f"{name} {country} (+-{100 * (math.exp(1.645 * log_sd) - 1):.0f} percent): "
                      f"{'hit' if inside == len(said) else 'missed'} {inside} of {len(said)}; "
                      f"model/observed {', '.join(said)}")
    print(f"{hits} of {cells} country-years within the observed band (! outside)")
    return 0 if hits == cells else 1


if __name__ == "__main__":
    sys.exit(main())
