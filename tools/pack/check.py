"""Looks through the files that build.py wrote; `cauce check` looks at the whole pack again.

Every source is known, every shares' sum is 1, no observation stands twice, assumptions say their
range, the network has no cycle and every origin reaches every sector by two corridors or more.
"""

from pathlib import Path

from figures import read_table

TABLES = ("places.csv", "strata.csv", "abroad.csv", "diaspora.csv", "events.csv",
          "network/nodes.csv", "network/links.csv", "data/targets.csv", "data/drivers.csv")


def findings(pack, report):
    """The number of findings; each is told to `report`."""
    pack = Path(pack)
    said = []
    known = {row["source_id"] for row in read_table(pack / "data/sources.csv")}
    for name in TABLES:
        for line, row in enumerate(read_table(pack / name), start=2):
            evidence = row["evidence"] if name == "abroad.csv" else row["status"]
            if evidence not in ("seen", "derived", "recalled", "assumed"):
                said.append(f"{name}:{line}: status '{evidence}'")
            if not row["source_id"] and evidence != "assumed":
                said.append(f"{name}:{line}: no source and not assumed")
            said += [f"{name}:{line}: unknown source '{s}'" for s in row["source_id"].split(";")
                     if s and s not in known]
            if evidence == "assumed" and "note" in row and " to " not in row["note"]:
                said.append(f"{name}:{line}: an assumption without a range")
    said += sums(read_table(pack / "strata.csv"), lambda r: r["department"], "strata.csv")
    said += sums(read_table(pack / "diaspora.csv"), lambda r: r["department"][:2], "diaspora.csv")
    for name in ("data/targets.csv", "data/drivers.csv"):
        seen = set()
        for row in read_table(pack / name):
            cell = (row["series"], row["place"], row["group"], row["period"])
            if cell in seen:
                said.append(f"{name}: {cell} stands twice")
            seen.add(cell)
    said += road(read_table(pack / "network/nodes.csv"), read_table(pack / "network/links.csv"))
    for text in said[:40]:
        report(text)
    return len(said)


def sums(rows, key, name):
    total = {}
    for row in rows:
        total[key(row)] = total.get(key(row), 0.0) + float(row["share"])
    return [f"{name}: the shares of {k} sum to {v:.9f}" for k, v in total.items()
            if abs(v - 1.0) > 1e-7]


def road(nodes, links):
    """Cycles, and origins that cannot reach a sector by two corridors."""
    out, said = {}, []
    for link in links:
        out.setdefault(link["from"], []).append(link)
    order, state = [], {}

    def visit(node):
        state[node] = "open"
        for link in out.get(node, []):
            if state.get(link["to"]) == "open":
                said.append(f"network: a cycle through {link['to']}")
            elif link["to"] not in state:
                visit(link["to"])
        state[node] = "done"
        order.append(node)

    for node in nodes:
        if node["node"] not in state:
            visit(node["node"])
    if said:
        return said
    # By node: the (first corridor, sector) pairs that can be reached, ends first.
    reach = {}
    sectors = [n["node"] for n in nodes if n["kind"] == "sector"]
    for node in order:
        pairs = {("", node)} if node in sectors else set()
        for link in out.get(node, []):
            pairs |= {(link["corridor"] or first, sector) for first, sector in reach[link["to"]]}
        reach[node] = pairs
    for node in nodes:
        if node["kind"] != "origin":
            continue
        for sector in sectors:
            ways = {first for first, end in reach[node["node"]] if end == sector}
            if len(ways) < 2:
                said.append(f"network: {node['node']} reaches {sector} by {sorted(ways)} only")
    return said
