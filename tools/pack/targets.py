"""data/targets.csv: what was observed, for judging runs. Nothing here is fed to the model.

One source a series and place; rows whose status is `recalled`, or whose note says that they are not
for calibration, are left out. Stocks counted at the end of a fiscal year stand at its September.
"""

import apprehensions
from figures import COUNTRIES, KINDS, copied, months, observation

FISCAL = [f"FY{year}" for year in range(2010, 2022)]
YEARS = [str(year) for year in range(2010, 2022)]
GUATEMALAN_POLICE = {"2010": "unodc-homicide-2012-vintage", "2011": "unodc-homicide-2012-vintage",
                     "2012": "allison-2014-prelim", "2013": "allison-2014-prelim",
                     "2015": "wola-2017-guatemala", "2016": "wola-2017-guatemala",
                     "2017": "dialogos-2020-pandillas", "2018": "dialogos-2020-pandillas",
                     "2019": "dialogos-2020-pandillas", "2020": "plazapublica-2021",
                     "2021": "dialogos-2021-cierre"}


def national_homicide_rate(figures, place, year):
    """Homicides per 100,000 and year as an observation; None where nobody counted (GT 2014)."""
    if place == "GT":
        source = GUATEMALAN_POLICE.get(year)
        count = source and figures.pick("homicide_count", "GT", "", year, source=source)
        if not count:
            return None
        persons = figures.value("population", "GT", "all", year)
        return observation("homicide_rate", "GT", "", year, float(count["value"]) / persons * 1e5,
                           "per_100k_per_year", "derived", f"{count['source_id']};wb-pop",
                           "police count over population; UNODC rests on a higher source after 2012")
    row = figures.pick("homicide_rate", place, "", year, source="wb-unodc-homicide-2024")
    return row and copied(row)


def border(figures):
    rows = []
    for place in COUNTRIES:
        for month in months("2013-10", "2021-12"):
            rows.append(copied(ports(figures, place, "all", month)))
            if month >= "2018-10":
                for kind, name in KINDS.items():
                    rows.append(copied(ports(figures, place, name, month), group=kind))
            rows.append(copied(figures.pick("dhs_removals", place, "all", month)))
        for fiscal in ("FY2010", "FY2011", "FY2012", "FY2013"):
            row = figures.pick("us_removals", place, "all", fiscal,
                               source="dhs-yearbook2014-corgis")
            rows.append(copied(row, series="dhs_removals"))
    for fiscal in FISCAL:
        row = figures.pick("migrant_deaths_border", "US", "all", fiscal,
                           source="cbp-usbp-deaths-fy98-19" if fiscal <= "FY2019" else
                           "republicworld-2021-10")
        rows.append(copied(row, note="found and recorded by the Border Patrol: an undercount; all "
                                     "nationalities"))
        row = figures.pick("recidivism_share", "US", "all", fiscal)
        if row:
            rows.append(copied(row))
        for sector in ("San_Diego", "El_Centro", "Yuma", "Tucson", "El_Paso", "Big_Bend",
                       "Del_Rio", "Laredo", "Rio_Grande_Valley"):
            row = figures.pick(f"migrant_deaths_border_sector_{sector.lower()}", "US", "all", fiscal)
            if row:
                rows.append(copied(row, series="migrant_deaths_border_by_sector", group=sector))
            for place in COUNTRIES:
                row = figures.pick(f"border_patrol_apprehensions_sector_{sector.lower()}", place,
                                   "all", fiscal)
                if row:
                    rows.append(copied(row, series="border_patrol_apprehensions_by_sector",
                                       group=sector))
    for period, row in figures.series("reencounter_share_12m", "US", "all").items():
        if len(period) == 7:
            rows.append(copied(row))
    return rows


def ports(figures, place, group, month):
    source = "cbp-encounters-dashboard-fy19-23" if month >= "2018-10" else None
    return figures.pick("ofo_inadmissible", place, group, month, source=source)


def mexico(figures):
    rows = []
    for place in COUNTRIES:
        for month in months("2015-01", "2021-12"):
            rows.append(copied(figures.pick("mexico_deportations", place, "all", month,
                                            source="iom-gdidata-mx-exp"), series="mexico_returns"))
            if month >= "2018-01":
                rows.append(copied(figures.pick("mexico_apprehensions", place, "all", month,
                                                source="iom-gdidata-mx-nat")))
        for year in YEARS:
            rows.append(copied(figures.pick("comar_asylum_claims", place, "all", year,
                                            source="unhcr-rdf-apps")))
            for decision in ("recognized", "complementary", "rejected", "closed"):
                row = figures.pick(f"comar_decisions_{decision}", place, "all", year)
                if row:
                    rows.append(copied(row))
    for year in YEARS:
        row = figures.pick("migrant_deaths_in_mexico", "MX", "all", year)
        if row:
            rows.append(copied(row))
    return rows


def interior(figures):
    rows = []
    for fiscal in FISCAL:
        row = figures.pick("immigration_court_backlog", "US", "all", fiscal,
                           source="eoir-workload-2021q2")
        if row:
            rows.append({**copied(row), "period": f"{fiscal[2:]}-09"})
    for month in months("2010-01", "2021-12"):
        row = figures.pick("detention_average_daily_population", "US", "all", month)
        if row:
            rows.append(copied(row, series="detention_population",
                               note="all nationalities; mean of daily midnight population"))
    for place in COUNTRIES:
        for year in YEARS:
            row = figures.pick("us_resident_population", place, "born_abroad", year,
                               source="mpi-datahub-felipehrv")
            if row:
                rows.append(copied(row, group=""))
        row = figures.pick("us_resident_population", place, "born_abroad", "2021")
        if row:
            rows.append(copied(row, group=""))
        row = figures.pick("us_resident_unauthorized", place, "born_abroad", "2021")
        if row:
            rows.append(copied(row, group=""))
        row = figures.pick("daca_recipients", place, "all", "2017-09")
        rows.append(copied(row, group=""))
    for place, period, source in (("SV", "2010", "yuimm-2010"), ("HN", "2010", "yuimm-2010"),
                                  ("SV", "2017-08", "aic-tps-2017"),
                                  ("HN", "2017-08", "aic-tps-2017")):
        rows.append(copied(figures.pick("tps_holders", place, "all", period, source=source),
                           group=""))
    for place in COUNTRIES:
        for year in YEARS:
            row = figures.pick("asylum_grant_rate", place, "court", f"FY{year}")
            if row:
                rows.append(copied(row))
    return rows


def origin(figures):
    rows = []
    for place in COUNTRIES:
        for year in YEARS:
            row = figures.pick("remittances", place, "all", year, source="wdi-ddf")
            rows.append(copied(row, group="", factor=1e6, unit="USD"))
            row = national_homicide_rate(figures, place, year)
            if row:
                rows.append(row)
            for line in ("3_00", "4_20", "8_30"):
                row = figures.pick(f"poverty_{line}_ppp", place, "all", year)
                if row:
                    rows.append(copied(row, group=""))
            row = figures.pick("population", place, "all", year)
            rows.append(copied(row, group=""))
            for index in ("control_of_corruption", "rule_of_law", "government_effectiveness"):
                row = figures.pick(f"wgi_{index}", place, "", year)
                if row:
                    rows.append(copied(row))
            row = figures.pick("homicide_conviction_rate", place, "", year)
            if row:
                rows.append(copied(row))
            row = figures.pick("defenders_killed", place, "", year)
            if row:
                rows.append(copied(row))
    return rows + shares(rows) + gangs(figures) + salvadoran_months(figures) + displaced(figures)


def shares(rows):
    """Poverty and impunity as shares, as the model has them."""
    found = []
    for row in rows:
        share = float(row["value"]) / 100.0 if row["unit"] == "percent" else None
        if row["series"] == "poverty_8_30_ppp":
            found.append({**row, "series": "poverty_rate", "value": round(share, 4), "unit": "share",
                          "status": "derived"})
        if row["series"] == "homicide_conviction_rate":
            found.append({**row, "series": "impunity_rate", "value": round(1.0 - share, 4),
                          "unit": "share", "status": "derived",
                          "note": "1 - share of killings punished; definitions differ by source"})
    return found


def gangs(figures):
    rows = []
    for place, group, period, source in (("SV", "at_large", "2013", "latinousa-2014-gangs"),
                                         ("SV", "in_prison", "2013", "latinousa-2014-gangs"),
                                         ("SV", "", "2020", "elperiodico-2021-sv"),
                                         ("SV", "in_prison", "2020", "elperiodico-2021-sv"),
                                         ("HN", "", "2012", "laprensa-hn-unodc-gangs"),
                                         ("HN", "", "2017", "laprensa-hn-unodc-gangs")):
        row = figures.pick("gang_members", place, group, period, source=source)
        rows.append(copied(row, note=row["note"] + "; good to a factor of about 2"))
    counted = {(row["place"], row["group"], row["period"]): row for row in rows}
    for place, group, period in (("SV", "at_large", "2013"), ("HN", "", "2012"), ("HN", "", "2017")):
        rows.append({**counted[place, group, period], "series": "gang_members_at_large", "group": ""})
    everyone, jailed = counted["SV", "", "2020"], counted["SV", "in_prison", "2020"]
    rows.append({**everyone, "series": "gang_members_at_large", "status": "derived",
                 "value": float(everyone["value"]) - float(jailed["value"]),
                 "source_id": f"{everyone['source_id']};{jailed['source_id']}",
                 "note": "all less those in prison; good to a factor of about 2"})
    for year in YEARS:
        row = figures.pick("extortion_paid", "SV", "transport", year)
        if row:
            rows.append(copied(row))
        row = figures.pick("extortion_reports", "SV", "", year, source="elurbano-2026-ext")
        if row:
            rows.append(copied(row))
    return rows


def displaced(figures):
    """People displaced by violence at the end of a year; Guatemala's are from the civil war."""
    rows = []
    for period, row in sorted(figures.series("idps_conflict_violence_idmc", "HN", "").items()):
        if period >= "2015":
            rows.append({**copied(row, series="idps_violence"), "period": f"{period}-12"})
    return rows


def salvadoran_months(figures):
    """Homicides by month, the only country for which they are known, with gaps."""
    rows = []
    preferred = ("iml-2015-homicidios", "edh-2014-04-iml", "tn8-2014-10-sv", "contrapunto-2016-06",
                 "diariolatino-2016-08", "lpg-2018-balance", "insight-2013-sv", "elfaro-2019-08")
    for month in months("2012-01", "2021-12"):
        rows_of_month = [r for r in figures.index.get(("homicide_count", "SV", "", month), [])
                         if r["status"] in ("seen", "derived") and "1-28" not in r["note"]]
        rows_of_month.sort(key=lambda r: preferred.index(r["source_id"])
                           if r["source_id"] in preferred else len(preferred))
        if rows_of_month:
            rows.append(copied(rows_of_month[0], series="homicides"))
    return rows


def build(figures, report):
    fitted = apprehensions.build(figures, report)
    rows = fitted + border(figures) + mexico(figures) + interior(figures) + origin(figures)
    for row in rows:
        if row["group"] == "all" and row["series"] != apprehensions.SERIES and \
                row["series"] != "ofo_inadmissible":
            row["group"] = ""
    refused = [r for r in rows if "not for calibration" in r["note"] or r["status"] == "recalled"]
    for row in refused:
        report(f"left out of the targets: {row['series']} {row['place']} {row['period']} "
               f"({row['status']}; {row['note']})")
    return [row for row in rows if row not in refused]
