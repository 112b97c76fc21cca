"""Reads the folder of collected figures and writes the tables of the pack.

The folder (see its README) holds one CSV file a subject with the columns series, place, group,
period, value, unit, status, source_id, note, and beside it a file of sources. Rows of different
sources stand side by side; `Figures.pick` is where one of them is chosen.
"""

import csv
from pathlib import Path

COUNTRIES = ("GT", "HN", "SV")
COUNTRY_ELEMENT = {"GT": "Guatemala", "HN": "Honduras", "SV": "El_Salvador"}
KINDS = {"adult": "single_adult", "family": "fmua", "child": "uac"}  # element -> name in the data
OBSERVATION_COLUMNS = ("series", "place", "group", "period", "value", "unit", "status", "source_id",
                       "note")
SUBJECTS = ("us_border", "mexico_transit", "us_interior", "violence", "population_economy",
            "aid_policy")


def read_table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_table(path, columns, rows):
    """Writes dictionaries as CSV; a missing cell is empty, a number is written at full use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([tidy(row.get(column, "")) for column in columns])


def tidy(value):
    """Seven significant digits are more than any figure here carries."""
    if isinstance(value, float):
        return f"{value:.7g}" if abs(value) < 1e6 else f"{value:.0f}"
    return value


def months(first, last):
    """All months from first to last, both 'YYYY-MM' and included."""
    year, month = map(int, first.split("-"))
    result = []
    while f"{year:04d}-{month:02d}" <= last:
        result.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return result


def fiscal_year(month):
    """'2016-10' lies in 'FY2017'."""
    year, number = map(int, month.split("-"))
    return f"FY{year + (number >= 10)}"


def months_of_fiscal_year(fiscal):
    year = int(fiscal[2:])
    return months(f"{year - 1}-10", f"{year}-09")


class Figures:
    """All rows, found by series, place, group, period and (if wanted) source."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.rows = []
        for subject in SUBJECTS:
            self.rows += read_table(self.folder / f"{subject}.csv")
        self.index = {}
        for row in self.rows:
            self.index.setdefault((row["series"], row["place"], row["group"], row["period"]),
                                  []).append(row)

    def pick(self, series, place, group, period, source=None, statuses=("seen", "derived")):
        """The row of this cell, from `source` where several speak; None when there is none."""
        for row in self.index.get((series, place, group, period), []):
            if row["status"] in statuses and source in (None, row["source_id"]):
                return row
        return None

    def value(self, *cell, **choice):
        row = self.pick(*cell, **choice)
        if row is None:
            raise KeyError(f"the figures have no {cell} {choice}")
        return float(row["value"])

    def series(self, series, place, group, source=None, statuses=("seen", "derived")):
        """Period -> row of one series, the first row of the source (or of any) for each period."""
        chosen = {}
        for row in self.rows:
            if (row["series"], row["place"], row["group"]) == (series, place, group) and \
                    row["status"] in statuses and source in (None, row["source_id"]):
                chosen.setdefault(row["period"], row)
        return chosen

    def sources(self):
        """All sources, one row an id; where two subjects describe one differently, both titles."""
        found = {}
        for path in sorted(self.folder.glob("*.sources.csv")):
            for row in read_table(path):
                known = found.setdefault(row["source_id"], dict(row))
                if not known["url"]:
                    known["url"] = row["url"]
                if row["title"] != known["title"]:
                    known["note"] = f"{known['note']}; also cited as: {row['title']} {row['url']}"
        return [found[key] for key in sorted(found)]


def observation(series, place, group, period, value, unit, status, source_id, note=""):
    return {"series": series, "place": place, "group": group, "period": period, "value": value,
            "unit": unit, "status": status, "source_id": source_id, "note": note}


def copied(row, series=None, group=None, place=None, factor=1.0, unit=None, note=None):
    """A row of the figures as a row of the pack."""
    value = float(row["value"]) * factor
    return observation(series or row["series"], place or row["place"],
                       row["group"] if group is None else group, row["period"], value,
                       unit or row["unit"], row["status"], row["source_id"],
                       row["note"] if note is None else note)
