"""Writes sectors of the conditions, kept in short form in tools/pack/sectors/, into the pack's XMILE.

    python3 tools/pack/sectors.py [--pack systems/northern-triangle]

The XMILE and parameters.csv are the truth that the program reads; the short form only saves the
typing of tags. Sectors named in the short form are replaced as a whole, others are left alone.
Lines (fields divided by ` | `):

    group NAME | what it is about
    const NAME[Dims] | unit | value; value; ... | range | source ids | status | what it is
    lever|unit NAME[Dims] | unit | value | what it is            a constant without a parameter
    aux|flow NAME[Dims] | unit | equation | what it is           equation: one, or one for each element by ` ;; `
    stock NAME[Dims] | unit | first value | inflows - outflows | what it is
    cut NAME                                                     removes a variable of another sector
    reword NAME | equation                                       gives a variable of another sector an equation
    replace NAME | pattern | text                                replaces (a regular expression) in one

range: `fixed`, `ln F` (lognormal, value/F to value*F), `n D` (normal, value -D to value +D),
`logit D` (logit-normal, D either side in log-odds). In equations names of arrays over the dimensions of
the variable need no subscript; dose(x) = 3x/(x+2), sat(x; m) = m tanh(x/m), cap(x) bends x above 0.
"""

import argparse
import csv
import io
import math
import re
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

ELEMENTS = {"Country": ["Guatemala", "Honduras", "El_Salvador"], "Kind": ["adult", "family", "child"],
            "RoadEvent": ["mexican_apprehension", "robbery", "extortion", "kidnapping",
                          "sexual_violence", "injury", "death", "give_up", "settle"]}


def plain(name):
    return name.strip().replace(" ", "_")


class Variable:
    def __init__(self, kind, head, group):
        self.kind, self.group = kind, group
        match = re.match(r"([^\[]+)(?:\[(.*)\])?$", head.strip())
        self.name = match.group(1).strip()
        self.dims = [d.strip() for d in match.group(2).split(",")] if match.group(2) else []
        self.unit = self.equation = self.doc = ""
        self.values, self.inflows, self.outflows = [], [], []
        self.range, self.source, self.status = "", "", ""

    def elements(self):
        names = [""]
        for dim in self.dims:
            names = [f"{n}, {e}" if n else e for n in names for e in ELEMENTS[dim]]
        return names


def read(folder):
    groups, variables, cuts, rewords, replaced = {}, [], [], {}, []
    for path in sorted(folder.glob("*.txt")):
        group = None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            kind, rest = line.split(None, 1)
            fields = [f.strip() for f in rest.split(" | ")]
            try:
                if kind == "group":
                    group = fields[0]
                    groups[group] = fields[1]
                    continue
                if kind == "cut":
                    cuts.append(fields[0])
                    continue
                if kind == "replace":
                    name, pattern, text = (rest.split(" | ") + [""])[:3]
                    replaced.append((name.strip(), pattern.strip(), text.strip()))
                    continue
                if kind == "reword":
                    rewords[fields[0]] = fields[1]
                    continue
                variable = Variable(kind, fields[0], group)
                variable.unit = fields[1]
                if kind == "const":
                    variable.values = [v.strip() for v in fields[2].split(";")]
                    variable.range, variable.source, variable.status, variable.doc = fields[3:7]
                elif kind in ("lever", "unit"):
                    variable.values = [v.strip() for v in fields[2].split(";")]
                    variable.doc = fields[3]
                elif kind == "stock":
                    variable.equation = fields[2]
                    flows = fields[3].split(" - ")
                    variable.inflows = [f.strip() for f in flows[0].split(",") if f.strip()]
                    if len(flows) > 1:
                        variable.outflows = [f.strip() for f in flows[1].split(",")]
                    variable.doc = fields[4]
                else:
                    variable.equation, variable.doc = fields[2], fields[3]
            except (IndexError, ValueError) as error:
                raise SystemExit(f"{path}:{number}: {error}: {line[:80]}") from error
            if variable.values and len(variable.values) not in (1, len(variable.elements())):
                raise SystemExit(f"{path}:{number}: {variable.name}: values do not fit")
            variables.append(variable)
    return groups, variables, cuts, rewords, replaced


def balanced(text, start):
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    raise SystemExit("unbalanced: " + text)


def expand(text):
    """Replaces dose, sat and cap, innermost last."""
    while True:
        match = re.search(r"\b(dose|sat|cap)\(", text)
        if not match:
            return text
        end = balanced(text, match.end() - 1)
        inside = text[match.end():end]
        if match.group(1) == "dose":
            new = f"(3*({inside})/(({inside}) + 2))"
        elif match.group(1) == "sat":
            argument, most = inside.rsplit(";", 1)
            new = f"({most.strip()}*TANH(({argument.strip()})/{most.strip()}))"
        else:
            new = f"(MIN(0, {inside}) + 1.5*TANH(MAX(0, {inside})/1.5))"
        text = text[:match.start()] + new + text[end + 1:]


def subscripted(text, dims_of, own):
    def put(match):
        name = match.group(0)
        after = text[match.end():match.end() + 1]
        dims = dims_of.get(name.lower())
        if not dims or after in "[(" and after:
            return name
        if any(d not in own for d in dims):
            return name
        return f"{name}[{', '.join(dims)}]"
    return re.sub(r"(?<![\w\[.])[A-Za-z_][A-Za-z_0-9]*", put, text)


def wrapped(text, tag):
    text = escape(text)
    if len(text) < 90:
        return f"\t\t\t\t<{tag}>{text}</{tag}>\n"
    lines = textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
    return f"\t\t\t\t<{tag}>" + "\n\t\t\t\t     ".join(lines) + f"</{tag}>\n"


def written(variable, dims_of):
    tag = {"const": "aux", "lever": "aux", "unit": "aux"}.get(variable.kind, variable.kind)
    out = f'\t\t\t<{tag} name="{variable.name}">\n' + wrapped(variable.doc, "doc")
    if variable.dims:
        out += "\t\t\t\t<dimensions>" + "".join(f'<dim name="{d}"/>' for d in variable.dims)
        out += "</dimensions>\n"
    if variable.values and not variable.dims:
        out += f"\t\t\t\t<eqn>{variable.values[0]}</eqn>\n"
    elif variable.values or " ;; " in variable.equation:
        values = variable.values or variable.equation.split(" ;; ")
        for i, element in enumerate(variable.elements()):
            value = values[i if len(values) > 1 else 0].strip()
            if not variable.values:
                value = escape(subscripted(expand(value), dims_of, []))
            out += f'\t\t\t\t<element subscript="{element}"><eqn>{value}</eqn></element>\n'
    else:
        out += wrapped(subscripted(expand(variable.equation), dims_of, variable.dims), "eqn")
    for flow in variable.inflows:
        out += f"\t\t\t\t<inflow>{plain(flow)}</inflow>\n"
    for flow in variable.outflows:
        out += f"\t\t\t\t<outflow>{plain(flow)}</outflow>\n"
    return out + f"\t\t\t\t<units>{variable.unit}</units>\n\t\t\t</{tag}>\n"


BLOCK = r'\t\t\t<(aux|stock|flow) name="{}">.*?</\1>\n'


def dims_in(xml):
    dims = {}
    for match in re.finditer(r'<(aux|stock|flow) name="([^"]+)">(.*?)</\1>', xml, re.S):
        found = re.findall(r'<dim name="([^"]+)"', match.group(3))
        dims[plain(match.group(2)).lower()] = found
    return dims


def rewrite(xml, groups, variables, cuts, rewords, replaced):
    for group in groups:  # the whole sector goes, then comes back
        found = re.search(rf'\t\t\t<group name="{re.escape(group)}">(.*?)</group>\n', xml, re.S)
        if found:
            for name in re.findall(r"<var>([^<]+)</var>", found.group(1)):
                xml = re.sub(BLOCK.format(re.escape(name.replace("_", " "))), "", xml, flags=re.S)
            xml = xml.replace(found.group(0), "")
        xml = re.sub(rf"\n?\t\t\t<!-- {re.escape(group)} -->\n", "", xml)
    for name in cuts + [v.name for v in variables]:
        xml = re.sub(BLOCK.format(re.escape(name)), "", xml, flags=re.S)
        xml = re.sub(rf"\t\t\t\t<var>{re.escape(plain(name))}</var>\n", "", xml)
    dims = dims_in(xml)
    dims.update({plain(v.name).lower(): v.dims for v in variables})
    for name, equation in rewords.items():
        found = re.search(BLOCK.format(re.escape(name)), xml, re.S)
        if not found:
            raise SystemExit(f"reword: no variable '{name}'")
        block = found.group(0)
        own = dims[plain(name).lower()]
        new = re.sub(r"\t\t\t\t<eqn>.*?</eqn>\n", "", block, flags=re.S)
        new = re.sub(r"\t\t\t\t<element .*?</element>\n", "", new, flags=re.S)
        eqn = ""
        if " ;; " in equation:
            holder = Variable("aux", f"{name}[{', '.join(own)}]", "")
            for element, part in zip(holder.elements(), equation.split(" ;; "), strict=True):
                text = escape(subscripted(expand(part.strip()), dims, []))
                eqn += f'\t\t\t\t<element subscript="{element}"><eqn>{text}</eqn></element>\n'
        else:
            eqn = wrapped(subscripted(expand(equation), dims, own), "eqn")
        at = re.search(r"\t\t\t\t<(inflow|outflow|units)", new).start()
        xml = xml.replace(block, new[:at] + eqn + new[at:])
    for name, pattern, text in replaced:
        block = re.search(BLOCK.format(re.escape(name)), xml, re.S).group(0)
        head, tail = block.split("</doc>", 1)
        xml = xml.replace(block, head + "</doc>" + re.sub(pattern, text, tail))
    bodies, tables = "", ""
    for group, doc in groups.items():
        mine = [v for v in variables if v.group == group]
        bodies += f"\n\t\t\t<!-- {group} -->\n" + "".join(written(v, dims) for v in mine)
        tables += f'\t\t\t<group name="{group}">\n' + wrapped(doc, "doc")
        tables += "".join(f"\t\t\t\t<var>{plain(v.name)}</var>\n" for v in mine) + "\t\t\t</group>\n"
    first = xml.index('\t\t\t<group name="')
    xml = xml[:first].rstrip("\n") + "\n" + bodies + xml[first:]
    return xml.replace("\t\t</variables>", tables + "\t\t</variables>", 1)


def bounds(value, spec):
    if spec == "fixed":
        return "fixed", "", ""
    kind, size = spec.split()
    value, size = float(value), float(size)
    if kind == "ln":
        return "lognormal", value / size, value * size
    if kind == "n":
        return "normal", value - size, value + size
    if kind == "logit":
        odds = math.log(value / (1 - value))
        return "logitnormal", 1 / (1 + math.exp(size - odds)), 1 / (1 + math.exp(-size - odds))
    raise SystemExit("unknown range: " + spec)


def number(value):
    return value if isinstance(value, str) else f"{value:.6g}"


def parameters(text, groups, variables, cuts):
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = list(rows[0].keys())
    gone = {v.name for v in variables} | set(cuts)
    rows = [r for r in rows if r["sector"] not in groups and r["name"] not in gone]
    for v in variables:
        if v.kind != "const":
            continue
        ranges = [r.strip() for r in v.range.split(";")]
        for i, element in enumerate(v.elements()):
            value = v.values[i if len(v.values) > 1 else 0]
            kind, low, high = bounds(value, ranges[i if len(ranges) > 1 else 0])
            rows.append({"name": v.name, "element": element.replace(", ", ","), "value": value,
                         "unit": v.unit, "distribution": kind, "low": number(low),
                         "high": number(high), "sector": v.group, "source_id": v.source,
                         "status": v.status, "note_en": ""})
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).parent
    parser.add_argument("--pack", default=str(here.parents[1] / "systems/northern-triangle"))
    pack = Path(parser.parse_args().pack)
    groups, variables, cuts, rewords, replaced = read(here / "sectors")
    xmile = pack / "conditions.xmile"
    xmile.write_text(rewrite(xmile.read_text(), groups, variables, cuts, rewords,
                             replaced))
    table = pack / "parameters.csv"
    table.write_text(parameters(table.read_text(), groups, variables, cuts))


if __name__ == "__main__":
    main()
