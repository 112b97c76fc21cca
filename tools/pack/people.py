"""strata.csv, abroad.csv and diaspora.csv: who lives where, and how, in January 2010.

Income classes: below 3.00 USD a day (extreme), below 8.30 (poor), above (secure), in purchasing
power of 2021: the same lines in all three countries, and the same series that drives income later
(drivers.py). How departments differ comes from surveys with other lines, as log-odds. Relatives in
the United States and children are taken as independent of income: in the survey of 2021 the share of
households with a recent migrant is flat over five of six income classes (20 to 27 percent).
"""

import math

import drivers
from figures import COUNTRIES, write_table
from places import residents_2010

INCOME_SOURCE = {"GT": "gapminder-sg;ine-gt-encovi-2014", "HN": "gapminder-sg;undp-hn-2011",
                 "SV": "gapminder-sg;elmundo-sv-mpi"}
# Incidence at which a department counts as its country's mean. Honduras publishes eight of eighteen
# departments (2002) and they hold both big cities: .38 lies between them and the rest (assumed).
MEAN_INCIDENCE = {"HN": 0.38, "SV": 0.29}
# Of those who live in households with children under 18, the share that are under 18 (range .55 to
# .66): no survey here says it.
CHILDREN_IN_HOUSEHOLD = 0.60
KIN_SOURCE = "mpi-wfp-mit-2021;mpi-datahub-felipehrv;workingimm-2021"
INCOMES, KIN, CHILDREN = ("extreme", "poor", "secure"), ("none", "kin"), ("nochild", "child")


def logit(share):
    return math.log(share / (1.0 - share))


def expit(value):
    return 1.0 / (1.0 + math.exp(-value))


def shifted_to(shares, persons, wanted):
    """The shares with one common shift of their log-odds that makes the weighted mean `wanted`."""
    low, high = -8.0, 8.0
    for _ in range(80):
        middle = (low + high) / 2.0
        mean = sum(expit(logit(shares[d]) + middle) * persons[d] for d in shares)
        if mean < wanted * sum(persons.values()):
            low = middle
        else:
            high = middle
    return {d: expit(logit(shares[d]) + low) for d in shares}


def national_income(figures, country):
    """Shares of persons in extreme and in any poverty, 2010."""
    rows = {row["series"]: row["value"] for row in drivers.poverty(figures)
            if row["place"] == country and row["period"] == "2010"}
    extreme = rows["extreme_poverty_share"]
    return extreme, extreme + rows["other_poverty_share"]


def income_shares(figures, country, own, persons):
    """Department -> (extreme, other poor, how it is known)."""
    extreme, poor = national_income(figures, country)
    shape_extreme, shape_poor, how = {}, {}, {}
    for d in own:
        if country == "GT":
            shape_extreme[d], shape_poor[d] = (
                float(figures.pick(series, d, "all", "2014", source="ine-gt-encovi-2014",
                                   statuses=("recalled",))["value"]) / 100.0
                for series in ("extreme_poverty_rate_persons", "poverty_rate_persons"))
            how[d] = "log-odds between departments of the survey of 2014"
            continue
        row = figures.pick("mpi_incidence", d, "all", "2002") if country == "HN" else \
            figures.pick("multidim_poverty_households", d, "all", "2019")
        away = 0.5 * (logit(float(row["value"]) / 100.0) - logit(MEAN_INCIDENCE[country])) \
            if row else 0.0
        shape_extreme[d] = expit(logit(extreme) + away)
        shape_poor[d] = expit(logit(poor) + away)
        how[d] = f"half the log-odds of multidimensional poverty of {row['period']}" if row else \
            "what the known departments leave"
    in_extreme = shifted_to(shape_extreme, persons, extreme)
    in_any = shifted_to(shape_poor, persons, poor)
    return {d: (in_extreme[d], max(in_any[d] - in_extreme[d], 0.0), how[d]) for d in own}


def kin_share(figures, country):
    """Households that receive remittances in 2021, less the growth of residents abroad since 2010."""
    receiving = figures.value("remittance_households_receiving_share", country, "all", "2021") / 100.0
    abroad = {year: figures.value("us_resident_population", country, "born_abroad", year,
                                  source=source) /
              figures.value("population", country, "all", year)
              for year, source in (("2010", "mpi-datahub-felipehrv"), ("2021", "workingimm-2021"))}
    return receiving * abroad["2010"] / abroad["2021"]


def diaspora(figures, country, own, persons):
    """Department -> (share of the country's nationals abroad, source, how it is known)."""
    total = sum(persons.values())
    weight, how, cited = {}, {}, {}
    if country == "SV":
        for d in own:
            row = figures.pick("remittances_share_by_department", d, "all", "2019-05")
            if row:
                weight[d], cited[d] = float(row["value"]) / 100.0, row["source_id"]
                how[d] = "share of the remittances received, 2019"
    if country == "HN":
        for d in own:
            row = figures.pick("remittance_beneficiaries_share_by_department", d, "all", "2021-08")
            if row:
                weight[d], cited[d] = float(row["value"]) / 100.0, row["source_id"]
                how[d] = "share of those who benefit from remittances, 2021"
    if country == "GT":
        recent = {d: figures.pick("recent_migrants_per_100_households", d, "all", "2016-01/2021-12")
                  for d in own}
        mean = sum(float(r["value"]) for r in recent.values() if r) / sum(map(bool, recent.values()))
        for d in own:
            if recent[d]:
                weight[d] = persons[d] / total * float(recent[d]["value"]) / mean
                cited[d] = recent[d]["source_id"]
                how[d] = "residents x recent migrants a household relative to the surveyed mean"
    left = 1.0 - sum(weight.values())
    unknown = sum(persons[d] for d in own if d not in weight)
    for d in own:
        if d not in weight:
            weight[d] = left * persons[d] / unknown
            cited[d], how[d] = "", "what the known departments leave, by residents"
    return {d: (weight[d], cited[d], how[d]) for d in own}


def build(figures, departments, pack, report):
    strata, diasporas = [], []
    for country in COUNTRIES:
        own = [d for d in departments if departments[d] == country]
        persons = {d: float(residents_2010(figures, d)["value"]) for d in own}
        young = figures.value("population_age", country, "all_0-17", "2010") / \
            figures.value("population", country, "all", "2010")
        child = young / CHILDREN_IN_HOUSEHOLD
        national_kin = kin_share(figures, country)
        origin = diaspora(figures, country, own, persons)
        intensity = {d: origin[d][0] / (persons[d] / sum(persons.values())) for d in own}
        kin = shifted_to({d: expit(logit(national_kin) + 0.5 * math.log(intensity[d])) for d in own},
                         persons, national_kin)
        incomes = income_shares(figures, country, own, persons)
        report(f"{country}: relatives abroad {national_kin:.1%}, in households with children "
               f"{child:.1%}, kin share by department {min(kin.values()):.1%} to "
               f"{max(kin.values()):.1%}")
        for d in own:
            strata += strata_of(d, incomes[d], kin[d], child, country)
            share, cited, how = origin[d]
            diasporas.append({"department": d, "share": round(share, 6),
                              "source_id": cited, "status": "derived" if cited else "assumed",
                              "note": how + ("" if cited else f"; range {share * 0.6:.2g} to "
                                                              f"{share * 1.6:.2g}")})
        make_sum_one([row for row in diasporas if row["department"].startswith(country)])
    write_table(pack / "strata.csv", ("department", "stratum", "share", "source_id", "status",
                                      "note"), strata)
    write_table(pack / "diaspora.csv", ("department", "share", "source_id", "status", "note"),
                diasporas)
    write_table(pack / "abroad.csv", ("country", "kind", "status", "persons", "source_id",
                                      "evidence", "note"), abroad(figures))


def strata_of(department, income, kin, child, country):
    extreme, other, how = income
    by_income = {"extreme": extreme, "poor": other, "secure": 1.0 - extreme - other}
    rows = []
    for i in INCOMES:
        for k in KIN:
            for c in CHILDREN:
                share = by_income[i] * (kin if k == "kin" else 1.0 - kin) * \
                    (child if c == "child" else 1.0 - child)
                rows.append({"department": department, "stratum": f"{i}_{k}_{c}",
                             "share": round(share, 6),
                             "source_id": f"{INCOME_SOURCE[country]};{KIN_SOURCE};unwpp-single-age",
                             "status": "assumed",
                             "note": f"income x kin x children as independent; income: {how}; "
                                     f"range {share * 0.6:.2g} to {share * 1.6:.2g}"})
    make_sum_one(rows)
    return rows


def make_sum_one(rows):
    """Puts the rounding on the largest share."""
    largest = max(rows, key=lambda row: row["share"])
    largest["share"] = round(largest["share"] + 1.0 - sum(row["share"] for row in rows), 6)


# ---- the standing of nationals in the United States

# Not published by nationality for 2010: persons with a pending court case (adult, family, child;
# the three together are 27 percent of all 262,758) and with a final order who stayed.
PENDING = {"GT": (20000, 1500, 2500), "HN": (15000, 1200, 2000), "SV": (26000, 1500, 2500)}
ORDERED = {"GT": 70000, "HN": 60000, "SV": 80000}
COUNTED = 0.9  # of unauthorised residents, those whom the census survey counts (DHS)
SHELTER_DAYS = 60  # stay of an unaccompanied child in a shelter, assumed


def abroad(figures):
    rows = []

    def add(country, kind, status, persons, source_id, evidence, note):
        if persons > 0:
            rows.append({"country": country, "kind": kind, "status": status,
                         "persons": round(persons), "source_id": source_id, "evidence": evidence,
                         "note": note})

    removed = figures.value("us_removals", "US", "all", "FY2010", source="dhs-yearbook2008-repo")
    for country in COUNTRIES:
        everyone = figures.value("us_resident_population", country, "born_abroad", "2010",
                                 source="mpi-datahub-felipehrv")
        unauthorised = figures.value("us_resident_unauthorized", country, "born_abroad", "2010",
                                     statuses=("recalled",))
        protected = figures.pick("tps_holders", country, "all", "2010")
        tps = float(protected["value"]) if protected else 0.0
        pending = sum(PENDING[country])
        undocumented = unauthorised - tps - pending - ORDERED[country]
        add(country, "adult", "undocumented", undocumented, "dhs-ois-unauth", "recalled",
            "DHS estimate of January 2010 less TPS, pending and ordered, which it includes")
        add(country, "adult", "tps", tps, protected["source_id"] if protected else "", "seen",
            "holders in 2010" + ("; stated as over 200,000" if country == "SV" else ""))
        add(country, "adult", "lawful", everyone - COUNTED * unauthorised,
            "mpi-datahub-felipehrv;dhs-ois-unauth", "derived",
            "residents born in the country less the unauthorised whom the survey counts (0.9); "
            "naturalised citizens are in it")
        for kind, persons in zip(("adult", "family", "child"), PENDING[country]):
            add(country, kind, "pending", persons, "eoir-workload-2021q2", "assumed",
                f"part of the 262,758 cases of 2010; range {persons * 0.6:.0f} to "
                f"{persons * 1.5:.0f}")
        add(country, "adult", "ordered", ORDERED[country], "", "assumed",
            f"final orders not carried out; range {ORDERED[country] * 0.5:.0f} to "
            f"{ORDERED[country] * 1.4:.0f}")
        detained = figures.value("detention_average_daily_population", "US", "all", "2010-01")
        share = figures.value("us_removals", country, "all", "FY2010",
                              source="dhs-yearbook2014-corgis") / removed
        add(country, "adult", "detained", detained * share,
            "vera-ice-detention;dhs-yearbook2014-corgis", "derived",
            "detained population of 2010-01 x the country's share of removals in FY2010")
        children = figures.value("border_patrol_apprehensions", country, "uac", "FY2010",
                                 source="gist-cbp-uac-fy09-15")
        add(country, "child", "hhs", children * SHELTER_DAYS / 365.0, "gist-cbp-uac-fy09-15",
            "assumed", f"apprehended in FY2010 x a stay of {SHELTER_DAYS} days; range half to double")
        claims = figures.value("comar_asylum_claims", country, "all", "2009",
                               source="unhcr-rdf-apps")
        add(country, "adult", "mexico_asylum", claims / 2.0, "unhcr-rdf-apps", "assumed",
            f"half of the claims of 2009; range {claims / 4:.0f} to {claims:.0f}")
    return rows
