"""data/drivers.csv: what was observed and is fed to the equations.

Where a series stops before 2021 its last value is carried forward, with status `assumed` and a range
in the note. Nothing after 2021 is here: the reader holds the last value.
"""

import math

import apprehensions
from figures import (COUNTRIES, KINDS, copied, fiscal_year, months, observation)
from targets import YEARS, national_homicide_rate, ports

FISCAL = [f"FY{year}" for year in range(2010, 2022)]
SECTORS = ("San_Diego", "El_Centro", "Yuma", "Tucson", "El_Paso", "Big_Bend", "Del_Rio", "Laredo",
           "Rio_Grande_Valley")


def carried(rows, periods, low, high):
    """Adds the last value for each later period, as an assumption with a range given by factors."""
    last = max(rows, key=lambda row: row["period"])
    value = float(last["value"])
    return rows + [{**last, "period": period, "value": value, "status": "assumed",
                    "note": f"carried forward from {last['period']}; range {tidy3(value * low)} to "
                            f"{tidy3(value * high)}"} for period in periods]


def tidy3(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


# ---- violence

def national_homicide(figures):
    """(place, year) -> rate; Guatemala 2014 is the mean of its neighbours."""
    rates, rows = {}, []
    for place in COUNTRIES:
        for year in YEARS:
            row = national_homicide_rate(figures, place, year)
            if row:
                rates[place, year] = float(row["value"])
                rows.append({**row, "series": "homicide_rate_country"})
    rates["GT", "2014"] = (rates["GT", "2013"] + rates["GT", "2015"]) / 2.0
    rows.append(observation("homicide_rate_country", "GT", "", "2014", rates["GT", "2014"],
                            "per_100k_per_year", "derived",
                            "allison-2014-prelim;wola-2017-guatemala;wb-pop",
                            "mean of 2013 and 2015; the count itself is not in a retrieved text"))
    return rates, rows


# Rates and counts of departments that are known beside 2010: the source, and the national figure of
# the same source that a rate (per 100,000) or a count is divided by.
FRAGMENT_RATES = (("HN", "2012", "rotativo-2013-ov", 85.5),
                  ("HN", "2012", "elheraldo-2013-ov", 85.5),
                  ("HN", "2013", "americaeconomia-2014-hn", 79.0),
                  ("HN", "2019", "radiohrn-2020", 45.0), ("HN", "2021", "elmundo-hn-2022-ov", 41.7),
                  ("GT", "2012", "insight-2013-mapeo-gt", 34.7))
FRAGMENT_COUNTS = (("HN", "2014", "laprensa-hn-2015-ov", 5936),
                   ("HN", "2015", "laprensa-hn-2015-cortes", 5039),
                   ("GT", "2017", "prensalibre-2018-cien", 4410),
                   ("SV", "2018", "edh-2019-01-pnc", 3340))


def homicide_by_department(figures, departments, rates, report):
    """2010 shares of the national rate, moved by what is known of some departments later.

    The logarithm of a department's ratio to its country is interpolated between the years in which
    it is known and held after the last; departments of which nothing is known in a year then share
    one factor that makes the country's sum right.
    """
    known, sources = {}, {}
    for d, place in departments.items():
        row = figures.pick("homicide_rate", d, "", "2010", source="lpg-2011-homicidios-ca")
        known[d] = {2010: float(row["value"])}
        sources[d] = {2010: row["source_id"]}
    for place in COUNTRIES:
        own = [d for d in departments if departments[d] == place]
        persons = {d: figures.value("population_department_scaled", d, "all", "2010") for d in own}
        mean = sum(known[d][2010] * persons[d] for d in own) / sum(persons.values())
        for d in own:
            known[d][2010] = math.log(max(known[d][2010], 1.0) / mean)
        for country, year, source, nation in FRAGMENT_RATES:
            for d in own if country == place else ():
                row = figures.pick("homicide_rate", d, "", year, source=source)
                if row:
                    known[d][int(year)] = math.log(float(row["value"]) / nation)
                    sources[d][int(year)] = source
        for country, year, source, nation in FRAGMENT_COUNTS:
            for d in own if country == place else ():
                row = figures.pick("homicide_count", d, "", year, source=source)
                if row:
                    share = float(row["value"]) / nation
                    known[d][int(year)] = math.log(share / (persons[d] / sum(persons.values())))
                    sources[d][int(year)] = source
    rows = []
    for place in COUNTRIES:
        own = [d for d in departments if departments[d] == place]
        persons = {d: figures.value("population_department_scaled", d, "all", "2010") for d in own}
        total = sum(persons.values())
        for year in range(2010, 2022):
            ratio = {d: math.exp(interpolated(known[d], year)) for d in own}
            fixed = [d for d in own if year in known[d] and year != 2010]
            held = sum(ratio[d] * persons[d] for d in fixed) / total
            rest = sum(ratio[d] * persons[d] for d in own if d not in fixed) / total
            factor = (1.0 - held) / rest
            if not 0.6 <= factor <= 1.5:
                report(f"homicide {place} {year}: factor {factor:.2f} on departments not known")
            for d in own:
                value = rates[place, str(year)] * ratio[d] * (1.0 if d in fixed else factor)
                near = sorted({y for y in known[d] if y <= year})[-1]
                note = (f"ratio to the country known for {year}" if year in known[d] else
                        f"national rate x ratio of the department (known for "
                        f"{', '.join(map(str, sorted(known[d])))}); error of the log ratio about "
                        f"{0.11 * math.sqrt(max(year - near, 1)):.2f}")
                cited = ";".join(dict.fromkeys(sources[d][y] for y in sorted(known[d])))
                if year == 2010:
                    rows.append(observation("homicide_ratio", d, "", "2010", round(ratio[d], 4),
                                            "dmnl", "derived", sources[d][2010],
                                            "rate of the department over that of its country"))
                rows.append(observation("homicide_rate", d, "", str(year), round(value, 2),
                                        "per_100k_per_year", "derived", cited, note))
    return rows


def interpolated(points, year):
    before = [y for y in points if y <= year]
    after = [y for y in points if y > year]
    left = max(before)
    if not after:
        return points[left]
    right = min(after)
    return points[left] + (points[right] - points[left]) * (year - left) / (right - left)


# ---- economy and people at home

def yearly(figures, series, unit, name=None, source=None, factor=1.0, group="all"):
    rows = []
    for place in COUNTRIES:
        own = [copied(figures.pick(series, place, group, year, source=source), series=name,
                      group="", factor=factor, unit=unit)
               for year in YEARS if figures.pick(series, place, group, year, source=source)]
        missing = [year for year in YEARS if year > own[-1]["period"]]
        rows += carried(own, missing, 0.8, 1.25) if missing else own
    return rows


def poverty(figures):
    """Shares of persons below 3.00 USD (extreme), and between 3.00 and 8.30 USD (poor), PPP 2021."""
    rows = []
    for place in COUNTRIES:
        known = {}
        for year in range(2000, 2022):
            line = [figures.pick(f"poverty_{cut}_ppp", place, "all", str(year))
                    for cut in ("3_00", "8_30")]
            if all(line):
                low, high = (float(r["value"]) / 100.0 for r in line)
                known[year] = (low, high - low)
        for year in range(2010, 2022):
            exact = year in known
            late = year > max(known)
            for position, name in enumerate(("extreme_poverty_share", "other_poverty_share")):
                points = {y: v[position] for y, v in known.items()}
                value = interpolated(points, year)
                note = ("persons below 3.00 USD a day" if position == 0 else
                        "persons between 3.00 and 8.30 USD a day") + ", 2021 PPP"
                if late:
                    note += (f"; carried forward from {max(known)}; range {value * 0.8:.3g} to "
                             f"{value * 1.4:.3g}")
                elif not exact:
                    note += "; interpolated between surveys"
                rows.append(observation(name, place, "", str(year), round(value, 4), "share",
                                        "assumed" if late else "derived", "gapminder-sg", note))
    return rows


def shocks(figures):
    """Share of the population that droughts, and storms and floods, affected in a year."""
    rows = []
    for place in COUNTRIES:
        for year in YEARS:
            persons = figures.value("population", place, "all", year)
            for name, hazards in (("drought_affected_share", ("drought",)),
                                  ("storm_flood_affected_share", ("storm", "flood"))):
                affected = [figures.pick("emdat_affected", place, hazard, year)
                            for hazard in hazards]
                value = sum(float(row["value"]) for row in affected if row) / persons
                rows.append(observation(name, place, "", year, round(min(value, 1.0), 5), "share",
                                        "derived", "gapminder-sg;wb-pop",
                                        "EM-DAT affected persons over population; a year that "
                                        "EM-DAT leaves out counts as none; slow droughts are dated "
                                        "by the year of the report"))
    return rows


def prices(figures):
    """World prices, for which the place is the United States: the market where they are set."""
    rows = []
    for series, unit, years in (("coffee_price", "US_cents_per_lb", True),
                                ("maize_price", "USD_per_tonne", False)):
        own = [copied(row, place="US", group="") for period, row in
               figures.series(series, "NTCA", "other_mild_arabicas" if years else "us_gulf").items()
               if len(period) == 7 and period >= "2009-12"]
        if years:
            for year in ("2018", "2019", "2020", "2021"):
                row = figures.pick("coffee_price_kg", "NTCA", "arabica", year,
                                   statuses=("recalled",))
                own.append(copied(row, series=series, place="US", group="", factor=45.36, unit=unit,
                                  note="yearly mean of arabica from USD per kg; not re-read"))
        else:
            own = carried(own, ["2018", "2019", "2020", "2021"], 0.8, 1.8)
        rows += own
    return rows


def unemployment(figures):
    rows = []
    for month in months("2009-12", "2020-12"):
        row = figures.pick("us_unemployment_rate", "US", "all", month,
                           statuses=("seen", "derived", "recalled"))
        rows.append(copied(row, group=""))
    rows.append(copied(figures.pick("us_unemployment_rate", "US", "all", "2021",
                                    source="bls-cpsaat1"), group=""))
    return rows


def remittances_per_person(figures):
    rows = []
    for place in COUNTRIES:
        for year in YEARS:
            money = figures.value("remittances", place, "all", year, source="wdi-ddf")
            persons = figures.value("population", place, "all", year)
            rows.append(observation("remittances_per_resident", place, "", year,
                                    round(money * 1e6 / persons, 1), "USD/person/year", "derived",
                                    "wdi-ddf;wb-pop", "received remittances over population"))
    return rows


# ---- the United States and Mexico

def border_effort(figures):
    agents = [copied(figures.pick("border_patrol_agents_southwest", "US", "", fiscal))
              for fiscal in FISCAL if fiscal <= "FY2019"]
    rows = carried(agents, ["FY2020", "FY2021"], 0.97, 1.03)
    for sector in SECTORS:
        own = [copied(figures.pick(f"border_patrol_agents_sector_{sector.lower()}", "US", "",
                                   fiscal), series="border_patrol_agents_by_sector", group=sector)
               for fiscal in FISCAL if fiscal <= "FY2019"]
        rows += carried(own, ["FY2020", "FY2021"], 0.9, 1.1)
    for fiscal in FISCAL:
        row = figures.pick("border_patrol_prosecution_share_of_adults", "US", "all", fiscal)
        if row:
            rows.append(copied(row, group=""))
    return rows


def interior(figures):
    rows = []
    for series in ("immigration_court_completions", "immigration_court_receipts"):
        own = [copied(figures.pick(series, "US", "all", fiscal), group="") for fiscal in FISCAL
               if figures.pick(series, "US", "all", fiscal)]
        rows += carried(own, ["FY2021"], 0.5, 1.1)
    for month in months("2010-01", "2021-12"):
        row = figures.pick("detention_average_daily_population", "US", "all", month)
        if row:
            rows.append(copied(row, group=""))
    return rows


BOOKOUT = {"repatriated": "title8_repatriation", "detained": "transfer_ice",
           "released": "usbp_release", "hhs": "transfer_hhs", "mpp": "mpp_return",
           "expelled": "title42_expulsion"}
DISPOSITION_NOTE = ("share of those booked out of custody; not comparable across 2018-10, see "
                    "docs/data.md")


def booked(figures, place, group, month):
    """Disposition -> persons; what is not published for the cell counts as 0."""
    result = {}
    for disposition, name in BOOKOUT.items():
        wanted = "uac" if disposition == "hhs" else group
        if disposition == "hhs" and group not in ("all", "uac"):
            result[disposition] = 0.0
            continue
        row = figures.pick(f"cbp_bookout_{name}", place, wanted, month)
        result[disposition] = float(row["value"]) if row else 0.0
    return result


def dispositions(figures):
    rows = []
    for month in months("2013-10", "2021-12"):
        for place in COUNTRIES:
            rows += shares("disposition_share", place, month, booked(figures, place, "all", month))
        for kind, name in KINDS.items():
            rows += shares(f"disposition_share_{kind}", "US", month,
                           booked(figures, "US", name, month))
    return rows


def shares(series, place, month, persons):
    total = sum(persons.values())
    if total <= 0.0:
        return []
    return [observation(series, place, disposition, month, round(value / total, 5), "share",
                        "derived", "ohss-monthly-tables-2024-08", DISPOSITION_NOTE)
            for disposition, value in persons.items()]


def policy_shares(figures, by_kind):
    """Shares under Title 42, at ports, and with a fear referral, by country (and kind)."""
    rows = []
    source = "cbp-encounters-dashboard-fy19-23"
    for place in COUNTRIES:
        for kind, name in KINDS.items():
            for month in months("2020-01", "2021-12"):
                row = figures.pick("title42_expulsions_usbp", place, name, month)
                value = float(row["value"]) if row else 0.0
                rows.append(observation("title42_share", place, kind, month,
                                        round(value / max(by_kind[place, kind, month], 1.0), 5),
                                        "share", "derived", source,
                                        "expulsions over apprehensions, Border Patrol; 0 before "
                                        "2020-03"))
            for month in months("2018-10", "2021-12"):
                at_ports = float(ports(figures, place, name, month)["value"])
                between = by_kind[place, kind, month]
                rows.append(observation("port_share_by_kind", place, kind, month,
                                        round(at_ports / max(at_ports + between, 1.0), 5), "share",
                                        "derived", source, "inadmissible at ports over encounters"))
        for month in months("2013-10", "2021-12"):
            at_ports = float(ports(figures, place, "all", month)["value"])
            between = by_kind[place, "all", month]
            cited = source if month >= "2018-10" else "ohss-monthly-tables-2024-08"
            rows.append(observation("port_share", place, "", month,
                                    round(at_ports / (at_ports + between), 5), "share", "derived",
                                    cited, "inadmissible at ports over encounters"))
            referred = figures.value("credible_fear_referrals_southwest", place, "all", month)
            rows.append(observation("fear_referral_share", place, "", month,
                                    round(min(referred / (at_ports + between), 1.0), 5), "share",
                                    "derived", "ohss-monthly-tables-2024-08",
                                    "credible fear referrals over encounters, whole border"))
    return rows


def sector_shares(figures):
    rows = []
    for place in COUNTRIES:
        for fiscal in FISCAL:
            persons = {}
            for sector in SECTORS:
                row = figures.pick(f"sector_share_{sector.lower()}", place, "all", fiscal)
                if row:
                    persons[sector] = (float(row["value"]), row["source_id"])
            total = sum(v for v, _ in persons.values())
            for sector, (value, cited) in persons.items():
                rows.append(observation("sector_share", place, sector, fiscal,
                                        round(value / total, 5), "share", "derived", cited,
                                        "share of the year's apprehensions of the country"))
    return rows


def assistance(figures):
    rows = []
    for place in COUNTRIES:
        for year in YEARS:
            row = figures.pick("us_bilateral_oda_net", place, "", year)
            if row:
                rows.append(copied(row))
            row = figures.pick("military_expenditure", place, "", year)
            if row:
                rows.append(copied(row))
    for fiscal in FISCAL:
        row = figures.pick("carsi_appropriation", "CA7", "", fiscal,
                           statuses=("seen", "derived", "recalled"))
        if row:
            rows.append(copied(row, place="US", note=(row["note"] + "; security aid for the seven "
                                                      "countries of Central America").strip("; ")))
    for year in YEARS:
        row = figures.pick("coca_area", "CO", "", year)
        if row:
            rows.append(copied(row))
    return rows


def common_output_shock(rows):
    """Growth of output per head beyond the trend of 2010 to 2019, mean of the three countries: what the
    world does to all of them. The rebound of 2021 does not last, so that 0 follows."""
    output = {(r["place"], r["period"]): float(r["value"]) for r in rows
              if r["series"] == "gdp_per_capita"}
    trend = {c: math.log(output[c, "2019"] / output[c, "2010"]) / 9.0 for c in COUNTRIES}
    found = []
    for year in range(2010, 2023):
        beyond = [math.log(output[c, str(year)] / output[c, str(year - 1)]) - trend[c]
                  for c in COUNTRIES if (c, str(year - 1)) in output and (c, str(year)) in output]
        value = sum(beyond) / len(beyond) if beyond else 0.0
        note = ("mean of the three countries beyond their trends" if beyond else
                "not known, assumed 0; range -0.03 to 0.03")
        found += [observation("common_output_shock", c, "", str(year), round(value, 5), "1/year",
                              "derived" if beyond else "assumed", "wdi-ddf", note)
                  for c in COUNTRIES]
    return found


def build(figures, departments, target_rows, report):
    by_kind = apprehensions.monthly_by_kind(target_rows)
    rates, rows = national_homicide(figures)
    rows = homicide_by_department(figures, departments, rates, report) + rows
    rows += poverty(figures) + shocks(figures) + prices(figures) + unemployment(figures)
    rows += yearly(figures, "birth_rate", "births/1000 persons/year", source="wpp2024")
    rows += yearly(figures, "death_rate", "deaths/1000 persons/year", source="wpp2024")
    rows += yearly(figures, "population", "persons", source="wb-pop")
    rows += yearly(figures, "gdp_per_capita_constant_2015usd", "USD/person/year",
                   name="gdp_per_capita")
    rows += yearly(figures, "unemployment_rate", "percent", name="home_unemployment_rate")
    rows += common_output_shock(rows)
    rows += remittances_per_person(figures) + border_effort(figures) + interior(figures)
    rows += dispositions(figures) + policy_shares(figures, by_kind) + sector_shares(figures)
    rows += assistance(figures)
    return rows
