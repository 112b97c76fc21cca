// What the server says (docs/api.md) and how it is asked. Every number that the app shows comes
// from here.
import type { Text } from "../../../shared/clock";
import { t } from "../../../shared/text";
import type * as model from "../../../shared/model";
import type { Cell, Described } from "../../../shared/model";
export type { Observation } from "../../../shared/model";

export type Status = model.Status | "";
export interface Absent {
  available: false;
  reason: Text;
}
export type Maybe<T> = (T & { available: true }) | Absent;

export interface Spread {
  q05: number | null;
  q25: number | null;
  q50: number | null;
  q75: number | null;
  q95: number | null;
  mean: number | null;
}

export interface Lever {
  name: string;
  title: Text;
  doc: Text;
  unit: string;
  low: number;
  high: number;
  standing: number | null;
  actor: string;
  group: string;
  costUsdPerUnitMonth: number | null;
  variable: string;
  elements: string[];
  claims: string[];
  source: string;
  status: Status;
  history: { place: string; steps: [month: number, value: number | null][] }[];
  requests: { policy: string; place: string; from: string; value: number }[];
}

export interface PolicyAction {
  lever: string;
  from: string;
  until: string;
  form: "value" | "factor" | "add";
  amount: number;
  rampMonths: number;
  place: string;
  why: Text;
  source: string;
  status: Status;
}

export interface Policy extends Described {
  extends: string;
  actions: PolicyAction[];
}

export interface Theory extends Described {
  calibrated: boolean;
  changes: {
    parameter: string;
    element: string;
    distribution: string;
    value: number;
    low: number | null;
    high: number | null;
    why: Text;
  }[];
}

export interface Outcome {
  name: string;
  title: Text;
  doc: Text;
  unit: string;
  kind: "flow" | "stock" | "index";
  section: string;
  adds: boolean;
  placeAxis: string;
  places: string[];
  groupAxis: string;
  groups: string[];
  total: boolean;
  observed: boolean;
}

export interface Place extends model.Place {
  latitude: number;
  longitude: number;
}

export interface PackEvent {
  id: string;
  from: string;
  until: string;
  place: string;
  actor: string;
  category: string;
  name: string;
  summary: string;
  source: string;
  status: Status;
}

export type Draws = "prior" | "posterior";

/** Weights of the theories in the mixture: all alike, or as a period that was scored says. */
export interface WeightSet {
  id: string;
  from?: string;
  until?: string;
  knowledge?: "ex ante" | "ex post";
  weights: Record<string, number>;
  q05?: Record<string, number>;
  q95?: Record<string, number>;
}

export interface System {
  format: number;
  version: string;
  pack: { name: string; version: string; title: Text; hash: string };
  clock: {
    from: string;
    until: string;
    dataUntil: string;
    decision: string;
    months: number;
    decisionIndex: number;
    dataUntilIndex: number;
  };
  ensembles: Record<"preview" | "full", { members: number; scale: number }> & { seed: string };
  baseline: string;
  levers: Lever[];
  policies: Policy[];
  theories: Theory[];
  mixture: { sets: WeightSet[] };
  draws: {
    standard: Draws;
    posterior: Maybe<{ until: string; draws: number; theories: string[]; stale: string[] }>;
  };
  outcomes: Outcome[];
  sections: string[];
  headline: string[];
  places: Place[];
  elements: Record<string, Text>;
  events: PackEvent[];
  counts: Record<"sources" | "parameters" | "claims" | "variables", number>;
}

export interface MapNode {
  name: string;
  title: string;
  kind: string;
  country: string;
  corridor: string;
  sector: string;
  latitude: number;
  longitude: number;
}
export interface MapLink {
  name: string;
  from: string;
  to: string;
  corridor: string;
  mode: string;
  km: number;
  opens: string;
  closes: string;
  assumed: boolean;
}
export interface RoadMap {
  nodes: MapNode[];
  links: MapLink[];
}

export interface Parameter {
  name: string;
  title: Text;
  element: string;
  key: string;
  unit: string;
  sector: string;
  distribution: string;
  value: number;
  low: number | null;
  high: number | null;
  status: Status;
  source: string;
  note: Text;
  posterior: Record<string, { q05: number; q50: number; q95: number; learned: number }> | null;
  matters: { rank: number; percent: Record<string, number> } | null;
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

export interface Variables {
  variables: {
    name: string;
    title: Text;
    group: string;
    kind: string;
    unit: string;
    constant: boolean;
    lever: string;
  }[];
  links: [from: number, to: number][];
  groups: string[];
}

export interface Variable {
  name: string;
  title: Text;
  group: string;
  kind: string;
  unit: string;
  doc: Text;
  equation: string;
  dimensions: string[];
  size: number;
  uses: string[];
  usedBy: string[];
  file: string;
  line: number;
  parameters: Parameter[];
  lever: string;
  driver: { series: string; title: Text; sources?: string[] } | null;
  people: string;
  outcomes: string[];
  beliefs: {
    theory: string;
    parameter: string;
    title: Text;
    element: string;
    value: number;
    low: number | null;
    high: number | null;
    why: Text;
  }[];
}

export interface ServerScenario {
  base: string;
  policy: string;
  actions: {
    lever: string;
    from: string;
    until?: string;
    value?: number;
    factor?: number;
    add?: number;
    rampMonths: number;
    place: string;
  }[];
  theory: string;
  weights?: Record<string, number>;
  draws: Draws;
  parameters: Record<string, number>;
  from?: string;
  until?: string;
}

export type Quantile = "q05" | "q25" | "q50" | "q75" | "q95";
export type Bands = Record<Quantile, (number | null)[]>;

export interface AnswerSeries extends Cell {
  unit: string;
  kind: Outcome["kind"];
  base: Bands;
  mine: Bands; // from `start` on
  difference: Record<"q05" | "q50" | "q95", (number | null)[]>; // from `start` on
}

export interface Effect {
  outcome: string;
  base: Spread;
  mine: Spread;
  difference: Spread;
  percent: Spread;
  lower: number;
  higher: number;
  equal: number;
}

export interface Answer {
  id: string;
  stage: "growing" | "preview" | "partial" | "final";
  growing?: boolean; // its later months are still those of the answer before
  final: boolean;
  base: string;
  theory: string;
  draws: Draws;
  calibrated: number; // members whose draws are calibrated
  members: number;
  scale: number;
  seed: string;
  from: string;
  months: number;
  start: number;
  series: AnswerSeries[];
  effects: Effect[];
  warnings: { code: string; text: Text; levers: string[] }[];
  milliseconds: number;
  cached: boolean;
  command: string;
  policyFile: string;
}

export interface FlowSet {
  departures: Record<string, number[]>;
  corridors: Record<string, number[]>;
  sectors: Record<string, number[]>;
  returns: Record<string, number[]>;
}
export interface Flows {
  stage: string;
  from: string;
  months: number;
  start: number;
  base: FlowSet;
  mine: FlowSet;
}

export interface Stream {
  from: string;
  to: string;
  value: number;
}
export interface JourneySet {
  per: number;
  departures: number;
  links: Stream[];
  /** A cohort followed person by person; `at`: where they are at the end. */
  followed: { per: number; links: Stream[]; at: Record<string, number> };
}
export interface Journeys {
  stage: string;
  members: number;
  followedMembers: number;
  followedScale: number;
  base: JourneySet;
  mine: JourneySet;
}

export interface LifeEvent {
  date: string;
  week: number;
  event: string;
  persons: number;
  probability: number | null;
  text: Text;
  place: string;
  latitude: number | null;
  longitude: number | null;
}
export interface Lives {
  simulated: true;
  matches: number;
  scale: number;
  member: number;
  lives: { kind: string; department: string; events: LifeEvent[] }[];
}

export interface Claim {
  id: string;
  document: string;
  speaker: Text;
  kind: string;
  statement: Text;
  cause: Text;
  effect: Text;
  sign: string;
  place: string;
  period: string;
  value: string;
  unit: string;
  lever: string;
  metric: string;
  test: Text;
  conflicts: string[];
  house: string;
  housedIn: string[];
  reason: Text;
}
/** What one theory yields for a proposition. */
export interface TheoryVerdict {
  probability: number | null;
  right_way: number | null;
  q05: number | null;
  q50: number | null;
  q95: number | null;
  members: number;
  noise?: number | null;
  scale?: number; // one simulated person for so many, in the runs that decided
  size: "none" | "about none" | "some" | null; // of the effect; null where nothing says what is asked
  expected?: string;
  kept?: string;
}
/** What is compared with what, and how it came out under each theory and in the world. */
export interface Proposition extends Cell {
  part: string;
  arm: string;
  armTitle: Text;
  against: string;
  againstTitle: Text;
  from: string;
  until: string;
  direction: "lower" | "higher" | "same" | "at_least" | "at_most" | "about";
  margin: number;
  value: number | null;
  unit: string;
  note: Text;
  verdicts: Record<string, TheoryVerdict>;
  observed: { effect: number; agrees: boolean; before_after: boolean; series: string } | null;
}
export type ArmScenario = Partial<ServerScenario> & { series?: Cell[] };
export interface Verdict {
  verdict: string;
  theories: Record<string, { verdict: string; probability: number | null }>;
  parts: Proposition[];
  scenario: ArmScenario | null;
}
export interface Prediction {
  id: string;
  title: Text;
  decided: Text;
  parts: Proposition[];
  scenario: ArmScenario | null;
}
interface Judged {
  members: number;
  scale: number;
  stale: boolean;
}
export interface Claims {
  claims: Claim[];
  verdicts: Maybe<Judged & { byClaim: Record<string, Verdict> }>;
  predictions: Maybe<Judged & { list: Prediction[] }>;
}

export interface EvidenceTarget extends Cell {
  target: string;
  title: Text;
  calibrated: boolean;
  source: string;
  status: Status;
  unit: string;
  points: {
    from: string;
    months: number;
    observed: number;
    q05: number;
    q50: number;
    q95: number;
    inside: boolean;
  }[];
  shareInside: number;
  logError: number;
  after: boolean;
}
export interface Evidence {
  available?: boolean;
  reason?: Text;
  theory: string;
  members: number;
  scale: number;
  targets: EvidenceTarget[];
}

export interface WhyAnswer {
  method: string;
  members: number;
  scale: number;
  total: Spread;
  /** Levers, or all levers of one actor (then without `title`), or sectors of the model. */
  parts: {
    levers?: string[];
    actor?: string;
    mechanism?: string;
    sectors?: string[];
    title: Text | null;
    value: Spread;
    error?: number; // of sampling orders
  }[];
}

/** An error as the server words it; `code` is "network" when it could not be reached, which is said in
 * the reader's language. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint = "",
    readonly status = 0,
  ) {
    super(message);
  }
  get said(): string {
    return [this.message, this.hint].filter(Boolean).join(" ");
  }
}
const unreachable = () => new ApiError("network", t("network_lost"));

const client = Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) =>
  b.toString(16).padStart(2, "0"),
).join("");

async function failed(response: Response): Promise<ApiError> {
  try {
    const { error } = await response.json();
    return new ApiError(error.code, error.message, error.hint ?? "", response.status);
  } catch {
    return new ApiError(String(response.status), response.statusText, "", response.status);
  }
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, init);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw await failed(response);
  return response;
}

const kept = new Map<string, Promise<unknown>>();

/** GET, asked once while the page is open (except `fresh`). */
export function get<T>(path: string, fresh = false): Promise<T> {
  let found = fresh ? undefined : kept.get(path);
  if (!found) {
    found = ask(path).then((r) => r.json());
    found.catch(() => kept.delete(path));
    kept.set(path, found);
  }
  return found as Promise<T>;
}

/** Options of a POST: the server lets a new preview or run of a client cancel the one before, so what
 * shall go on side by side (scenarios A to D) is asked under different `lane`s. */
export interface Asking {
  signal?: AbortSignal;
  lane?: string;
}

const post_init = (body: unknown, { signal, lane }: Asking): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Cauce-Client": lane ? `${client}-${lane}` : client },
  body: JSON.stringify(body),
  signal,
});

export async function post<T>(path: string, body: unknown, asking: Asking = {}): Promise<T> {
  return (await ask(path, post_init(body, asking))).json();
}

export async function post_file(path: string, body: unknown): Promise<Blob> {
  return (await ask(path, post_init(body, {}))).blob();
}

/** POST whose answer comes line by line (NDJSON); an error line is thrown. */
export async function* post_lines<T extends { type: string }>(
  path: string,
  body: unknown,
  asking: Asking = {},
): AsyncGenerator<T> {
  const response = await ask(path, post_init(body, asking));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw was_aborted(error) ? error : unreachable();
      });
      rest += value ?? "";
      const lines = rest.split("\n");
      rest = lines.pop()!;
      if (done && rest.trim()) lines.push(rest);
      for (const line of lines) {
        if (!line.trim()) continue;
        const message = JSON.parse(line);
        if (message.type === "error")
          throw new ApiError(message.error.code, message.error.message, message.error.hint ?? "");
        yield message as T;
      }
      if (done) return;
    }
  } finally {
    // Who stops reading lets the connection go: a browser has few for one server.
    void reader.cancel().catch(() => undefined);
  }
}

export const was_aborted = (error: unknown) => error instanceof Error && error.name === "AbortError";
