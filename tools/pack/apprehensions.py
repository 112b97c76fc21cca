"""Border Patrol apprehensions of the three nationalities by month and travelling party.

From 2018-10 the Border Patrol publishes every cell. For fiscal years 2014 to 2018 it published the
yearly number by nationality and party, the monthly number by nationality, and the border-wide
monthly number by party. The cells are then the table nearest to a first guess that meets all three,
found by iterative proportional fitting (Deming and Stephan 1940; Bishop, Fienberg and Holland 1975,
Discrete Multivariate Analysis, chapter 3). The first guess is the product of the margins, except
for unaccompanied children of the three, where it is their monthly transfers to HHS.

Not to be forgotten: a month's split of such a year knows the rest of the year.
"""

from figures import COUNTRIES, KINDS, months, months_of_fiscal_year, observation, copied

SERIES = "border_patrol_apprehensions"
FITTED_YEARS = ("FY2014", "FY2015", "FY2016", "FY2017", "FY2018")
FAMILY_SOURCE = {"FY2014": "cbp-fmua-uac-fy13-14", "FY2015": "tierras-america-2015"}
NATIONALITIES = COUNTRIES + ("MX", "other")
NOTE_FITTED = ("three-way proportional fit to the year by country and kind, the month by country "
               "and the border-wide month by kind; a month's split knows the rest of its year")


def margins(figures, fiscal):
    """(by nationality and kind, by nationality and month, by kind and month) of one fiscal year."""
    year_months = months_of_fiscal_year(fiscal)
    kind_month = {}
    for month in year_months:
        for kind, name in KINDS.items():
            source = {"child": "cbp-usbp-uac-monthly-fy10-19", "family":
                      "cbp-usbp-fmua-monthly-fy13-19", "adult": "cbp-usbp-monthly-fy00-19"}[kind]
            kind_month[kind, month] = figures.value(SERIES, "US", name, month, source=source)
    country_month, country_kind = {}, {}
    for place in NATIONALITIES[:-1]:
        total = figures.value(SERIES, place, "all", fiscal,
                              source="cbp-usbp-citizenship-sector-fy07-20")
        child = figures.value(SERIES, place, "uac", fiscal, source="cbp-usbp-sw-fy2018")
        family = figures.value(SERIES, place, "fmua", fiscal,
                               source=FAMILY_SOURCE.get(fiscal, "cbp-usbp-sw-fy2018"))
        country_kind.update({(place, "child"): child, (place, "family"): family,
                             (place, "adult"): total - child - family})
        # The months are rounded to 10 and revised: scaled to the year.
        raw = [figures.value(SERIES, place, "all", month, source="ohss-monthly-tables-2024-08")
               for month in year_months]
        for month, value in zip(year_months, raw):
            country_month[place, month] = value * total / sum(raw)
    for kind in KINDS:
        rest = sum(kind_month[kind, m] for m in year_months) - sum(
            country_kind[place, kind] for place in NATIONALITIES[:-1])
        country_kind["other", kind] = max(rest, 0.0)
    for month in year_months:
        rest = sum(kind_month[kind, month] for kind in KINDS) - sum(
            country_month[place, month] for place in NATIONALITIES[:-1])
        country_month["other", month] = max(rest, 0.0)
    return country_kind, country_month, kind_month


def first_guess(figures, fiscal, country_kind, country_month, kind_month):
    year_months = months_of_fiscal_year(fiscal)
    guess = {}
    for place in NATIONALITIES:
        for kind in KINDS:
            in_kind = sum(kind_month[kind, m] for m in year_months)
            for month in year_months:
                guess[place, kind, month] = (country_kind[place, kind] * kind_month[kind, month] /
                                             in_kind * max(country_month[place, month], 1e-6))
    for place in COUNTRIES:
        transfers = [figures.value("cbp_bookout_transfer_hhs", place, "uac", m) for m in year_months]
        for month, value in zip(year_months, transfers):
            guess[place, "child", month] = country_kind[place, "child"] * value / sum(transfers)
    return guess


def fit(guess, country_kind, country_month, kind_month, sweeps=500):
    """The fitted table and the largest relative miss of a margin of the three nationalities."""
    cells = dict(guess)
    tables = ((country_kind, lambda c, k, m: (c, k)), (country_month, lambda c, k, m: (c, m)),
              (kind_month, lambda c, k, m: (k, m)))
    for _ in range(sweeps):
        for margin, key in tables:
            sums = {}
            for cell, value in cells.items():
                sums[key(*cell)] = sums.get(key(*cell), 0.0) + value
            for cell in cells:
                total = sums[key(*cell)]
                cells[cell] *= margin[key(*cell)] / total if total > 0.0 else 0.0
    miss = 0.0
    for margin, key in tables[:2]:
        sums = {}
        for cell, value in cells.items():
            sums[key(*cell)] = sums.get(key(*cell), 0.0) + value
        miss = max(miss, max(abs(sums[k] - v) / v for k, v in margin.items()
                             if k[0] in COUNTRIES and v > 0.0))
    return cells, miss


def build(figures, report):
    rows = []
    for place in COUNTRIES:
        for fiscal in ("FY2010", "FY2011", "FY2012", "FY2013"):
            rows.append(copied(figures.pick(SERIES, place, "all", fiscal,
                                            source="cbp-usbp-citizenship-sector-fy07-20")))
            source = "gist-cbp-uac-fy09-15" if fiscal != "FY2013" else "cbp-usbp-sw-fy2018"
            rows.append(copied(figures.pick(SERIES, place, "uac", fiscal, source=source),
                               group="child"))
    for fiscal in FITTED_YEARS:
        tables = margins(figures, fiscal)
        guess = first_guess(figures, fiscal, *tables)
        cells, miss = fit(guess, *tables)
        away = max(abs(cells[p, "child", m] / guess[p, "child", m] - 1.0)
                   for p in COUNTRIES for m in months_of_fiscal_year(fiscal))
        report(f"apprehensions {fiscal}: margins met within {miss:.1%}; children differ from scaled "
               f"transfers to HHS by at most {away:.0%} in a month")
        sources = ("cbp-usbp-sw-fy2018;ohss-monthly-tables-2024-08;cbp-usbp-fmua-monthly-fy13-19;"
                   "cbp-usbp-uac-monthly-fy10-19")
        if fiscal in FAMILY_SOURCE:
            sources = f"{FAMILY_SOURCE[fiscal]};{sources}"
        for place in COUNTRIES:
            for kind in KINDS:
                for month in months_of_fiscal_year(fiscal):
                    rows.append(observation(SERIES, place, kind, month,
                                            round(cells[place, kind, month]), "persons", "derived",
                                            sources, NOTE_FITTED))
    for place in COUNTRIES:
        for month in months("2013-10", "2018-09"):
            rows.append(copied(figures.pick(SERIES, place, "all", month,
                                            source="ohss-monthly-tables-2024-08")))
        for month in months("2018-10", "2021-12"):
            rows.append(copied(figures.pick(SERIES, place, "all", month,
                                            source="cbp-encounters-dashboard-fy19-23")))
            for kind, name in KINDS.items():
                rows.append(copied(figures.pick(SERIES, place, name, month,
                                                source="cbp-encounters-dashboard-fy19-23"),
                                   group=kind))
    return rows


def monthly_by_kind(rows):
    """(place, kind, month) -> persons, of the rows that `build` returned."""
    return {(r["place"], r["group"], r["period"]): float(r["value"]) for r in rows
            if r["series"] == SERIES and len(r["period"]) == 7 and not r["period"].startswith("FY")}
