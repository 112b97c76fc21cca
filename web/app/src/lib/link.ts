// The whole state of a question as text, and back: what stands after the # of the page's address.
//
// Made to be read by people too:
//   #/explore?s=miami-agenda~development_aid:v1.5@2018-01..2019-12/6!Honduras&th=open&c=apprehensions
// A scenario (s) is a story and, after ~, moves of levers: form and amount (v sets, f multiplies,
// a adds), @ first month, .. last month, / months of ramp, ! place.

import type { Cell } from "../../../shared/model";
export type { Cell } from "../../../shared/model";

export type Form = "value" | "factor" | "add";

export interface Move {
  lever: string;
  form: Form;
  amount: number;
  from: string; // "2018-01"
  until: string; // "" when it goes on
  ramp: number; // months
  place: string; // "" for everywhere
}

export interface Scenario {
  story: string; // name of a policy of the pack
  moves: Move[];
}

export interface Question {
  base: string;
  scenarios: Scenario[]; // one to four
  active: number;
  theory: string; // a theory's name; "mixture" draws from several
  weights: Record<string, number>; // of the mixture; all alike when empty
  draws: "prior" | "posterior"; // where members' parameters come from
  parameters: Record<string, number>; // by the key that the server gives: "name[element]"
  charts: Cell[]; // two
  difference: boolean;
  until: string; // last month shown
  extra: Record<string, string>; // what a page adds: a month of the map, a variable, a filter
}

const forms: Record<string, Form> = { v: "value", f: "factor", a: "add" };
const month = /^\d{4}-\d{2}$/;
const clean = (text: string) => text.replace(/[^\w.\- |,()'[\]]/g, "");

export function move_text(m: Move): string {
  return (
    `${m.lever}:${m.form[0]}${Number(m.amount.toPrecision(6))}@${m.from}` +
    (m.until ? `..${m.until}` : "") +
    (m.ramp ? `/${m.ramp}` : "") +
    (m.place ? `!${m.place}` : "")
  );
}

/** The move that a text says, or nothing when it says none. */
export function read_move(text: string): Move | undefined {
  const found =
    /^(\w+):([vfa])(-?[\d.]+(?:e-?\d+)?)@(\d{4}-\d{2})(?:\.\.(\d{4}-\d{2}))?(?:\/(\d+))?(?:!([\w-]+))?$/.exec(
      text,
    );
  if (!found) return undefined;
  const amount = Number(found[3]);
  if (!Number.isFinite(amount)) return undefined;
  return {
    lever: found[1],
    form: forms[found[2]],
    amount,
    from: found[4],
    until: found[5] ?? "",
    ramp: Math.min(120, Number(found[6] ?? 0)),
    place: found[7] ?? "",
  };
}

export const cell_text = (c: Cell) => [c.outcome, c.place, c.group].join(".").replace(/\.+$/, "");
export function read_cell(text: string): Cell {
  const [outcome = "", place = "", group = ""] = clean(text).split(".");
  return { outcome, place, group };
}

export function write_question(q: Question, standard: Question): URLSearchParams {
  const p = new URLSearchParams();
  if (q.base !== standard.base) p.set("b", q.base);
  for (const s of q.scenarios)
    p.append("s", [s.story, ...(s.moves.length ? [s.moves.map(move_text).join(",")] : [])].join("~"));
  if (q.active) p.set("a", String(q.active));
  if (q.theory !== standard.theory) p.set("th", q.theory);
  if (q.draws !== standard.draws) p.set("dr", q.draws);
  if (q.theory === "mixture" && Object.keys(q.weights).length)
    p.set(
      "w",
      Object.entries(q.weights)
        .filter(([, w]) => w > 0)
        .map(([n, w]) => `${n}:${w}`)
        .join(","),
    );
  for (const [name, value] of Object.entries(q.parameters)) p.append("p", `${name}:${value}`);
  for (const c of q.charts) p.append("c", cell_text(c));
  if (q.difference) p.set("d", "1");
  if (q.until !== standard.until) p.set("u", q.until);
  for (const [name, value] of Object.entries(q.extra)) if (value) p.set(`_${name}`, value);
  return p;
}

/** Reads what a link says; what it does not say, or says wrongly, stays as in `standard`. */
export function read_question(p: URLSearchParams, standard: Question): Question {
  const q: Question = structuredClone(standard);
  if (p.has("b")) q.base = clean(p.get("b")!);
  const scenarios = p
    .getAll("s")
    .slice(0, 4)
    .map((text): Scenario => {
      const [story, moves = ""] = text.split("~");
      return {
        story: clean(story),
        moves: moves
          .split(",")
          .map(read_move)
          .filter((m): m is Move => !!m),
      };
    });
  if (scenarios.length) q.scenarios = scenarios;
  const active = Number(p.get("a"));
  q.active = Number.isInteger(active) && active > 0 && active < q.scenarios.length ? active : 0;
  if (p.has("th")) q.theory = clean(p.get("th")!);
  if (p.get("dr") === "prior" || p.get("dr") === "posterior") q.draws = p.get("dr") as Question["draws"];
  for (const pair of (p.get("w") ?? "").split(",").filter(Boolean)) {
    const [name, weight] = pair.split(":");
    if (Number(weight) > 0) q.weights[clean(name)] = Number(weight);
  }
  for (const text of p.getAll("p").slice(0, 400)) {
    const at = text.lastIndexOf(":"),
      value = Number(text.slice(at + 1));
    if (at > 0 && Number.isFinite(value)) q.parameters[clean(text.slice(0, at))] = value;
  }
  const charts = p
    .getAll("c")
    .slice(0, 2)
    .map(read_cell)
    .filter((c) => c.outcome);
  charts.forEach((c, i) => (q.charts[i] = c));
  q.difference = p.get("d") === "1";
  if (month.test(p.get("u") ?? "")) q.until = p.get("u")!;
  for (const [name, value] of p) if (/^_[a-z]+$/.test(name)) q.extra[name.slice(1)] = value.slice(0, 200);
  return q;
}
