"""Builds the data files of the Northern Triangle pack from the folder of collected figures.

    python3 tools/pack/build.py --figures PATH [--pack systems/northern-triangle]

Only the standard library is used (Python 3.11); the same figures give the same files, byte for byte.
What was chosen, and why, is in docs/data.md.
"""

import argparse
import sys
from pathlib import Path

import check
import drivers
import network
import people
import places
import targets
from figures import OBSERVATION_COLUMNS, Figures, read_table, write_table

SOURCE_COLUMNS = ("source_id", "title", "publisher", "date", "url", "note")
OWN_SOURCES = [{"source_id": "events", "title": "Dated policy events, see events.csv",
                "publisher": "Cauce", "note": "each event names its own source"},
               {"source_id": "underwood-2020", "date": "2020-01-17",
                "title": "Migration from Central America to the United States: A Systems Dynamics "
                         "Perspective (paper 381P)",
                "publisher": "Society for Social Work and Research, 24th Annual Conference; "
                             "Abigail Underwood",
                "url": "https://sswr.confex.com/sswr/2020/webprogram/Paper40565.html",
                "note": "Abstract of a Stella model of the same migration: three of its results "
                        "are tested as claims"}]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", required=True, help="folder of collected figures")
    parser.add_argument("--pack", default=str(Path(__file__).parents[2] /
                                              "systems/northern-triangle"), help="folder to fill")
    options = parser.parse_args()
    pack = Path(options.pack)
    figures = Figures(options.figures)
    departments = {row["place"]: row["country"]
                   for row in read_table(figures.folder / "departments.csv")}

    target_rows = targets.build(figures, print)
    driver_rows = drivers.build(figures, departments, target_rows, print)
    write_table(pack / "data/targets.csv", OBSERVATION_COLUMNS, target_rows)
    write_table(pack / "data/drivers.csv", OBSERVATION_COLUMNS, driver_rows)
    write_table(pack / "data/sources.csv", SOURCE_COLUMNS, figures.sources() + network.SOURCES +
                OWN_SOURCES)
    places.build(figures, pack)
    people.build(figures, departments, pack, print)
    network.build(figures, pack, print)
    # claims.csv is kept in the pack by hand: each claim has its house there.
    rows = read_table(figures.folder / "events.csv")
    write_table(pack / "events.csv", rows[0].keys(), rows)
    return 1 if check.findings(pack, print) else 0


if __name__ == "__main__":
    sys.exit(main())
