// The data of a report: the JSON that `cauce report` puts into the page.
//
// Written by src/cauce/report (its README.md says how each part is computed). Months are indices:
// 0 is `clock.from`. Numbers are rounded to four significant digits. A series of another policy
// starts where it can first differ from the base policy; before, the base's values hold.

import type { Clock, Text } from "../../shared/clock";
export type { Clock, Text } from "../../shared/clock";
export { month_date, month_text } from "../../shared/clock";
import { pick } from "./text";
import type { Described, Observation, Place, Status } from "../../shared/model";
export type { Observation, Place, Status } from "../../shared/model";

export interface Run {
  command: string;
  version: string;
  pack: string;
  packVersion: string;
  theory: string;
  members: number;
  seed: string;
  scale: number; // one simulated person for each `scale` real ones
  calibrated: boolean;
  generated: string; // ISO date
  inputs: [file: string, hash: string][];
  resultHash: string;
}

export interface Action {
  lever: Text;
  actor: string;
  from: string;
  until: string; // "2017-06"; until may be ""
  place: string;
  change: "value" | "factor" | "add";
  amount: number;
  unit: string;
  rampMonths: number;
  why: Text;
  source: string;
  status: Status | "";
}

/** `actions` are those after the decision; `before` counts those dated earlier. */
export interface Policy extends Described {
  extends: string;
  before: number;
  actions: Action[];
}

export interface TheoryChange {
  parameter: string;
  element: string;
  text: string;
  why: Text;
}
export interface Theory extends Described {
  used: boolean;
  changes: TheoryChange[];
  cuts: string[];
}

export interface Outcome {
  name: string;
  title: Text;
  doc: Text;
  unit: string;
  section: string;
  flow: boolean; // summed over a period; otherwise averaged
  persons: boolean;
  observed: boolean; // some part of it is compared with data
  groups: string[]; // elements of its second axis ("adult"); words in strings.csv under group_
}

/** Quantiles by month: rows are 5, 25, 50, 75 and 95 percent. `place`/`group` "" is the total. */
export interface Series {
  policy: string;
  outcome: string;
  place: string;
  group: string;
  start: number; // month index of the first value
  q: number[][];
}

/** Paired difference (policy minus base, member by member) over the months `from`..`until`. Numbers
 * that cannot be given (percent of a base of 0) are null in the file. */
export interface Effect {
  policy: string;
  outcome: string;
  place: string;
  group: string;
  from: number;
  until: number;
  base: number; // median of the base
  value: number; // median of the policy
  difference: number[]; // 5, 25, 50, 75, 95 percent
  percent: number[]; // the same, relative to the member's base
  lower: number;
  higher: number;
  equal: number; // members
}

export interface Target {
  name: Text;
  outcome: string;
  place: string;
  group: string;
  calibrated: boolean;
  from: string;
  until: string;
  months: number;
  after: boolean; // after the decision: what a forecast is judged by
  observed: number;
  q05: number;
  median: number;
  q95: number;
  inside: number; // share of months inside the 90 percent band
  hit: boolean; // the whole period's figure lies inside the band
  source: string;
  status: Status;
}

export interface MapNode {
  name: string;
  kind: string;
  latitude: number;
  longitude: number;
  corridor: string;
  sector: string;
}
export interface MapLink {
  from: string;
  to: string;
  corridor: string;
  mode: string;
  assumed: boolean;
}

/** Mean over members by month: persons who left each place, and who took each corridor or sector. */
export interface Flow {
  policy: string;
  kind: "place" | "corridor" | "sector" | "link";
  id: string;
  start: number;
  values: number[];
}

export interface FateLink {
  from: string;
  to: string;
  value: number;
}
/** Of `base` departures in the months `from`..`until`; values are means over members. */
export interface Fate {
  policy: string;
  from: number;
  until: number;
  departures: number;
  base: number;
  links: FateLink[];
}

export interface Parameter {
  name: string;
  title: Text;
  element: string;
  value: number;
  low: number | null;
  high: number | null;
  unit: string;
  distribution: string;
  status: Status;
  source: string;
  note: Text;
  sector: string;
}

export interface Source {
  id: string;
  title: string;
  publisher: string;
  date: string;
  url: string;
  note: Text;
  uses: number;
}

export interface ReportData {
  format: 1;
  synthetic?: boolean; // made-up values for development; the page says so in red
  title: Text;
  clock: Clock;
  run: Run;
  base: string; // name of the base policy
  headline: string[]; // outcomes of the summary, most important first
  policies: Policy[];
  theories: Theory[];
  places: Place[];
  outcomes: Outcome[];
  series: Series[];
  observations: Observation[];
  effects: Effect[];
  targets: Target[];
  nodes: MapNode[];
  links: MapLink[];
  flows: Flow[];
  fates: Fate[];
  judged?: Judged | null;
  parameters: Parameter[];
  sources: Source[];
}

/** A CSV table as text cells. */
export interface Rows {
  columns: string[];
  rows: string[][];
}

/** What calibrations and hindcasts stored in the pack (docs/calibration.md). */
export interface Judged {
  theories: Record<string, { notes: { until: string }; parameters: Rows | null; series: Rows | null }>;
  skill: Rows | null;
  rolling: Rows | null;
  weights: Rows | null;
  fans: Rows | null;
}

/** Reads the data out of the page. Throws with a plain message when there is none. */
export function load_data(): ReportData {
  const text = document.getElementById("cauce-data")?.textContent?.trim() ?? "";
  if (text === "" || text.startsWith("/*")) {
    throw new Error("This page is the empty template of the report: `cauce report` fills it.");
  }
  const data = JSON.parse(text) as ReportData;
  if (data.format !== 1) throw new Error(`The data have format ${data.format}; this page reads format 1.`);
  return data;
}

export const quantile_levels = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
export const MEDIAN = 2;

/** Lookup of series and names, with the base policy's values before a policy's first own month. */
export class Lookup {
  private readonly series = new Map<string, Series>();
  private readonly placed = new Map<string, Place>();
  constructor(readonly data: ReportData) {
    for (const s of data.series) this.series.set([s.policy, s.outcome, s.place, s.group].join("\u0000"), s);
    for (const p of data.places) this.placed.set(p.id, p);
  }

  outcome(name: string): Outcome | undefined {
    return this.data.outcomes.find((o) => o.name === name);
  }
  policy(name: string): Policy | undefined {
    return this.data.policies.find((p) => p.name === name);
  }
  /** Title of a parameter, and in brackets the element that it is of. */
  parameter(name: string, element = ""): string {
    const said = pick(this.data.parameters.find((p) => p.name === name)?.title) || name;
    return element ? `${said} [${element}]` : said;
  }
  place(id: string): Place | undefined {
    return this.placed.get(id);
  }
  has(outcome: string, place: string, group: string): boolean {
    return this.find(this.data.base, outcome, place, group) !== undefined;
  }
  find(policy: string, outcome: string, place: string, group: string): Series | undefined {
    return this.series.get([policy, outcome, place, group].join("\u0000"));
  }
  /** Quantiles month by month from month 0, the base filled in before the series starts. */
  bands(policy: string, outcome: string, place: string, group: string): number[][] | undefined {
    const base = this.find(this.data.base, outcome, place, group);
    const own = this.find(policy, outcome, place, group);
    if (!own) return undefined;
    return own.q.map((row, i) => {
      const head = base && own !== base ? base.q[i].slice(0, Math.max(0, own.start - base.start)) : [];
      const lead = new Array<number>(Math.max(0, head.length ? base!.start : own.start)).fill(NaN);
      return [...lead, ...head, ...row];
    });
  }
  flow(policy: string, kind: Flow["kind"], id: string): (number | undefined)[] {
    const find = (name: string) =>
      this.data.flows.find((f) => f.policy === name && f.kind === kind && f.id === id);
    const own = find(policy),
      base = find(this.data.base);
    const values: (number | undefined)[] = new Array(this.data.clock.months);
    for (const f of [base, own])
      f?.values.forEach((v, i) => {
        values[f.start + i] = v;
      });
    return values;
  }
  flow_ids(kind: Flow["kind"]): string[] {
    return [...new Set(this.data.flows.filter((f) => f.kind === kind).map((f) => f.id))];
  }
}
