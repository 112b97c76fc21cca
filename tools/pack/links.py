"""Writes links.csv and loops.csv of the pack: where each link and loop of the sources runs.

    python3 tools/pack/links.py --overview PATH [--pack systems/northern-triangle]

The overview of the claims names links between concepts; CONCEPTS says which variables stand for each.
For every link the shortest chain of variables, each used in the equation of the next, is looked for in
the conditions; a loop is the chain through all its links. Tests hold the chains against the compiled
model, so that an edit that cuts one is seen. A link without a chain is an error unless CONTEXT says why.
"""

import argparse
import csv
import re
import sys
import xml.etree.ElementTree as ET
from collections import deque
from pathlib import Path

# Concept of the sources -> variables that stand for it (any of them, where several are given).
CONCEPTS = {
    "aid_oversight": "aid oversight", "anti_corruption_commission": "anti corruption commission",
    "anticorruption_cases": "anticorruption cases", "asylum_access": "lawful doors",
    "asylum_hurdles": "effective hurdles", "border_arrivals": "border arrivals",
    "border_enforcement": "border enforcement", "cam_program": "cam program",
    "child_emigration": "departures", "china_influence": "china influence",
    "civil_society_participation": "civic space;participation felt",
    "clandestine_routes": "clandestine routes",
    "community_police_cooperation": "police trust",
    "community_violence_prevention": "prevention felt;prevention coverage",
    "corporate_profits": "corporate profits", "corruption": "integrity",
    "court_backlog": "court backlog", "daca": "daca", "defender_killings": "defender killings",
    "deportation_exposure": "deportation exposure",
    "deportations": "effective deportations;returns from us", "detention":
    "effective alternatives;detention conditions", "development_aid": "effective development aid",
    "drug_demand_us": "us drug demand", "drug_interdiction": "effective interdiction",
    "drug_trafficking": "traffic", "economic_growth": "gdp growth;growth by policy",
    "elite_compliance": "elite compliance", "elite_wealth": "elite wealth",
    "emigration": "departures", "employment": "employment rate",
    "environmental_damage": "environmental damage",
    "expedited_removal": "effective expedited removal", "fear_of_us_enforcement": "fear",
    "forensic_training": "forensic training", "fpic_safeguards": "fpic safeguards",
    "gang_deportations": "gang deportations;convicted deportees", "gang_power": "gang members",
    "gender_violence": "gender violence", "heavy_handed_policing": "effective heavy hand",
    "home_attachment": "confidence", "household_income": "income of the poor",
    "human_rights_conditions": "human rights conditions", "impunity": "justice",
    "infrastructure_pipeline": "infrastructure pipeline", "instability": "unrest",
    "interior_arrests": "interior arrests",
    "internal_displacement": "displaced people;internally displaced",
    "labor_protections": "labor protection", "land_conflict": "land conflict",
    "mexican_security_training": "mexican security training",
    "mexico_asylum_claims": "mexico claims", "mexico_cooperation": "mexico cooperation",
    "mexico_deportations": "mexico returns", "military_aid": "military aid factor",
    "military_share_of_aid": "military share of aid", "organized_crime_power": "rents",
    "party_cooptation": "party cooptation", "poverty": "poverty",
    "private_investment": "private investment",
    "private_investment_promotion": "investment promotion",
    "privatization_concessions": "concessions", "ptsd_prevalence": "ptsd prevalence",
    "public_services": "public services", "refoulement": "refoulement cases",
    "regressive_taxation": "regressive taxation", "remittances": "remittances",
    "returnee_deaths": "returnees killed", "returnees": "returns relative",
    "rights_violations": "rights violations", "securitization": "securitization",
    "security_aid": "effective security aid", "smuggler_use": "smuggler share",
    "social_unrest": "unrest", "soft_power": "soft power", "state_capacity": "state capacity",
    "state_collusion": "integrity", "state_repression": "repression",
    "tax_collection": "tax collection", "tax_haven_delisting": "tax haven delisting",
    "tax_revenue": "tax revenue", "tps": "tps", "trade_facilitation": "trade facilitation",
    "transit_enforcement_mexico": "mexican effort", "transit_violence": "harm rate;victims on the road",
    "undocumented_population": "undocumented", "us_gas_exports": "us gas exports",
    "us_influence": "us influence", "us_mexico_friction": "friction",
    "us_military_presence": "us presence", "us_political_conflict": "us political conflict",
    "us_protectionism": "us protectionism", "victim_redress": "victim redress",
    "violence": "homicide rate of country;ambient violence of country", "youth_jobs": "youth jobs",
    "youth_marginalization": "idle youth",
}
# Where the shortest chain is not the meant one: a variable that it passes.
VIA = {("emigration", "security_aid"): "pressure", ("emigration", "deportations"): "pressure",
       ("emigration", "transit_enforcement_mexico"): "pressure",
       ("border_arrivals", "transit_enforcement_mexico"): "pressure",
       ("economic_growth", "poverty"): "output", ("security_aid", "violence"): "suppression",
       ("military_aid", "internal_displacement"): "repression",
       ("transit_enforcement_mexico", "violence"): "returns relative",
       ("security_aid", "emigration"): "homicide rate of country"}
# Links that the model does not hold, with the reason.
CONTEXT = {}
LINK_COLUMNS = ("from", "to", "sign", "claims", "status", "chain", "reason")
LOOP_COLUMNS = ("loop", "name", "kind", "through", "chain")


def key(name):
    return re.sub(r"[\s_]+", "_", name.strip().lower())


def graph(xmile):
    """variable -> variables whose equations (or flows) use it; and their written names."""
    root = ET.parse(xmile).getroot()
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
    variables = {}
    for tag in ("aux", "flow", "stock"):
        for element in root.iter(tag):
            variables[key(element.get("name"))] = element
    used_by = {name: set() for name in variables}
    for name, element in variables.items():
        if element.tag == "stock":
            uses = {key(f.text) for f in element.findall("inflow") + element.findall("outflow")}
        else:
            text = " ".join(e.text or "" for e in element.iter("eqn")).lower()
            text = re.sub(r"\[[a-z_, *]*\]", "", text)  # names of elements
            uses = set(re.findall(r"[a-z_][a-z_0-9]*", text))
        for use in uses & set(variables):
            if use != name:
                used_by[use].add(name)
    return used_by, {k: e.get("name") for k, e in variables.items()}


def shortest(used_by, starts, goals, avoid=()):
    """The shortest chain from any of `starts` to any of `goals`; of equals the first by name."""
    before = {start: None for start in starts}
    queue = deque(starts)
    while queue:
        at = queue.popleft()
        for after in sorted(used_by[at]):
            if after in goals:
                chain = [after]
                while at is not None:
                    chain.append(at)
                    at = before[at]
                return chain[::-1]
            if after not in before and after not in avoid:
                before[after] = at
                queue.append(after)
    return None


def linked(used_by, starts, goals, via):
    """The shortest chain, by way of `via` when it is given."""
    if via is None:
        return shortest(used_by, starts, goals)
    first = shortest(used_by, starts, [via])
    second = first and shortest(used_by, [via], goals)
    return second and first + second[1:]


def around(used_by, names, stand_for):
    """The shortest closed chain through the concepts in order."""
    best = None
    for start in stand_for[names[0]]:
        chain, at, whole = [start], start, True
        for cause, effect in zip(names, names[1:] + names[:1]):
            goals = [start] if effect == names[0] else stand_for[effect]
            step = linked(used_by, [at], goals, via(cause, effect))
            if step is None:
                whole = False
                break
            chain += step[1:]
            at = step[-1]
        if whole and (best is None or len(chain) < len(best)):
            best = chain
    return best


def via(cause, effect):
    name = VIA.get((cause, effect))
    return name and key(name)


def write(path, columns, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--overview", required=True, help="overview of the claims (Markdown)")
    parser.add_argument("--pack", default=str(Path(__file__).parents[2] /
                                              "systems/northern-triangle"))
    options = parser.parse_args()
    pack = Path(options.pack)
    used_by, written = graph(pack / "conditions.xmile")
    stand_for = {c: [key(v) for v in names.split(";")] for c, names in CONCEPTS.items()}
    for concept, names in stand_for.items():
        for name in names:
            if name not in used_by:
                sys.exit(f"{concept}: no variable '{name}'")
    text = Path(options.overview).read_text()
    causal = text[text.index("## Causal links"):text.index("## Feedback loops")]
    loops = text[text.index("## Feedback loops"):text.index("## Policy levers")]
    rows, missing = [], 0
    for cause, effect, sign, claims in re.findall(r"^- (\w+) -> (\w+) \((.)\) \[(.*?)\]", causal,
                                                  re.M):
        chain = linked(used_by, stand_for[cause], stand_for[effect], via(cause, effect))
        reason = CONTEXT.get((cause, effect), "")
        if chain is None and not reason:
            print(f"no chain: {cause} -> {effect}")
            missing += 1
        rows.append({"from": cause, "to": effect, "sign": sign.replace("−", "-"),
                     "claims": claims.replace(", ", ";"),
                     "status": "exists" if chain else "context",
                     "chain": " > ".join(written[v] for v in chain or []), "reason": reason})
    write(pack / "links.csv", LINK_COLUMNS, rows)
    found = []
    for number, name, kind, body in re.findall(
            r"^- \*\*(L\d\d) (.*?)\*\* \((\w+);(.*)$", loops, re.M):
        through = [cause for cause, _ in re.findall(r"(\w+) -> (\w+) \([+−]\)", body)]
        chain = around(used_by, through, stand_for)
        if chain is None:
            print(f"no chain: {number} {through}")
            missing += 1
            continue
        found.append({"loop": number, "name": name, "kind": kind, "through": ";".join(through),
                      "chain": " > ".join(written[v] for v in chain)})
    write(pack / "loops.csv", LOOP_COLUMNS, found)
    print(f"{len(rows)} links, {len(found)} loops, {missing} without a chain")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
