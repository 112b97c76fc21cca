// What the reader has set and what the server answered: the one store of the app.
//
// A move changes `question`; `asked()` then sends what changed: a quick answer at once (the newest
// question goes out as soon as the last quick answer is in, so a slider that is dragged keeps
// drawing) and, when the reader pauses, the full run, which any further move cancels.
import { month_index, month_text } from "../../../shared/clock";
import { asked_language, set_language, type Language } from "../../../shared/text";
import {
  ApiError,
  get,
  post_lines,
  was_aborted,
  type Answer,
  type Lever,
  type Observation,
  type Outcome,
  type Policy,
  type ServerScenario,
  type System,
} from "./api";
import { known_only } from "./known";
import { read_question, write_question, type Cell, type Move, type Question, type Scenario } from "./link";

export const pages = ["explore", "why", "claims", "journeys", "evidence"] as const;
export type Page = (typeof pages)[number];
export const letters = ["A", "B", "C", "D"];
export const colors = ["var(--a)", "var(--b)", "var(--c)", "var(--d)"];

/** What the server answered to one scenario: the newest answer there is, which after a move is that to
 * the question before until the quick one comes. Answers come whole and are never changed: watching
 * each of their thousands of numbers would cost more than drawing them, so they are kept raw. */
class Slot {
  key = $state(""); // of the question that was last sent
  drawn = $state.raw<Answer>(); // what the charts show
  answer = $state.raw<Answer>(); // what all else shows: the same a frame later, so that the charts come first
  fresh = $state(false); // `answer` is of the full run of the question as it stands
  progress = $state.raw<{ done: number; total: number; ahead?: number }>();
  error = $state.raw<ApiError>();
}

class App {
  system = $state.raw<System>();
  observed = $state.raw<Observation[]>([]);
  failure = $state.raw<ApiError>();
  language = $state<Language>("en");
  theme = $state<"auto" | "light" | "dark">("auto");
  page = $state<Page>("explore");
  old_link = $state(""); // the pack's hash in the link, when it is another one
  left_out = $state(false); // whether the link asked for something that the pack does not know
  opened = $state(0); // how often a page was asked to open anew, after no answer
}
export const app = new App();

export const store = $state({
  question: undefined as Question | undefined,
  slots: [] as Slot[],
  past: [] as string[],
  future: [] as string[],
});

export const system = () => app.system!;
export const question = () => store.question!;
const raw = <T>(value: T) => $state.snapshot(value);

// ---- names of things

export const lever = (name: string): Lever | undefined => system().levers.find((l) => l.name === name);
export const outcome = (name: string): Outcome | undefined => system().outcomes.find((o) => o.name === name);
export const policy = (name: string): Policy | undefined => system().policies.find((p) => p.name === name);

// ---- opening

export function standard_question(s: System): Question {
  const stories = s.policies.filter((p) => p.name !== s.baseline);
  const story = stories.find((p) => p.name === "miami-agenda") ?? stories[0] ?? s.policies[0];
  const known = (name: string) => s.outcomes.some((o) => o.name === name);
  const charts = [...s.headline, ...s.outcomes.map((o) => o.name)].filter(known).slice(0, 2);
  return {
    base: s.baseline,
    scenarios: [{ story: story.name, moves: [] }],
    active: 0,
    theory: s.theories.some((x) => x.name === "open") ? "open" : s.theories[0].name,
    weights: {},
    draws: s.draws.standard,
    parameters: {},
    charts: charts.map((name) => ({ outcome: name, place: "", group: "" })),
    difference: false,
    until: s.clock.dataUntil,
    extra: {},
  };
}

function read_address(): void {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  app.page = pages.find((p) => p === path) ?? "explore";
  const params = new URLSearchParams(query);
  const asked = read_question(params, standard_question(system()));
  const text = JSON.stringify(asked);
  store.question = known_only(asked, system(), standard_question(system()));
  app.left_out = JSON.stringify(store.question) !== text;
  const hash = params.get("v") ?? "";
  app.old_link = hash && hash !== system().pack.hash ? hash : "";
  if (params.get("l") === "es" || params.get("l") === "en") choose_language(params.get("l") as Language);
}

export function address(page: Page = app.page, q: Question = question()): string {
  const params = write_question(raw(q) as Question, standard_question(system()));
  params.set("v", system().pack.hash);
  if (app.language !== "en") params.set("l", app.language);
  // Readable: what an address may hold as it is stays as it is.
  const text = params
    .toString()
    .replace(/%3A/g, ":")
    .replace(/%2C/g, ",")
    .replace(/%7E/g, "~")
    .replace(/%40/g, "@")
    .replace(/%2F/g, "/")
    .replace(/%21/g, "!");
  return `#/${page}?${text}`;
}

let written = "";
/** Writes the state into the address, without a new entry in the browser's history. */
export function write_address(): void {
  written = address();
  history.replaceState(null, "", written);
}

export function go(page: Page): void {
  app.page = page;
  history.pushState(null, "", (written = address(page)));
  scrollTo({ top: 0 });
  // What was pressed inside the page goes with it: the keyboard goes on where the new page begins.
  if (!document.activeElement?.closest("header"))
    document.getElementById("main")?.focus({ preventScroll: true });
}

export function choose_language(to: Language): void {
  app.language = to;
  set_language(to);
  document.documentElement.lang = to;
  try {
    localStorage.setItem("language", to);
  } catch {
    // A browser without storage: the choice lasts as long as the page.
  }
}

export function choose_theme(to: typeof app.theme): void {
  app.theme = to;
  if (to === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = to;
  try {
    localStorage.setItem("theme", to);
  } catch {
    // As above.
  }
}

export function stored(name: string): string {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

export async function open_app(): Promise<void> {
  const asked = asked_language();
  const wish = asked ?? (stored("language") || navigator.language);
  choose_language(wish.startsWith("es") ? "es" : "en");
  // Said once: from here on the state after # has the language, and the reader may choose another.
  if (asked) history.replaceState(null, "", location.pathname + location.hash);
  const theme = stored("theme");
  choose_theme(theme === "light" || theme === "dark" ? theme : "auto");
  try {
    app.failure = undefined;
    const observed = get<{ series: Observation[] }>("observed");
    app.system = await get<System>("system");
    read_address();
    ask();
    app.observed = (await observed).series;
  } catch (error) {
    app.failure = error as ApiError;
    return;
  }
  addEventListener("hashchange", () => {
    if (location.hash === written) return;
    read_address();
    ask();
  });
  addEventListener("popstate", () => {
    if (location.hash !== written) {
      read_address();
      ask();
    }
  });
}

// ---- changing the question

/** What undo gives back: all that changes a result or what is compared. */
const remembered = () => JSON.stringify(raw(question()));

let open_gesture = "";
/** Changes the question. Changes of one `gesture` (a slider being dragged) are undone together. */
export function change(act: (q: Question) => void, gesture = ""): void {
  if (!gesture || gesture !== open_gesture) {
    store.past.push(remembered());
    if (store.past.length > 200) store.past.shift();
  }
  open_gesture = gesture;
  store.future = [];
  act(question());
  ask();
}
export function end_gesture(): void {
  open_gesture = "";
}

/** Changes what is shown without a step of undo. */
export function turn(act: (q: Question) => void): void {
  act(question());
  ask();
}

/** Turns to something that the browser's back button leaves again. */
export function visit(act: (q: Question) => void): void {
  act(question());
  history.pushState(null, "", (written = address()));
  ask();
}

function restore(text: string): void {
  const extra = raw(question().extra);
  store.question = { ...(JSON.parse(text) as Question), extra };
  ask();
}
export function undo(): void {
  const text = store.past.pop();
  if (!text) return;
  store.future.push(remembered());
  open_gesture = "";
  restore(text);
}
/** Back to the question that the app opens with; what was asked before can be had by undo. */
export function start_afresh(): void {
  change((q) => Object.assign(q, standard_question(system())));
}
export function redo(): void {
  const text = store.future.pop();
  if (!text) return;
  store.past.push(remembered());
  restore(text);
}

/** Shows the last change once more: as it was before for a moment, then as it is. */
export function replay(): void {
  const before = store.past.at(-1);
  if (!before) return;
  const now = remembered();
  restore(before);
  setTimeout(() => restore(now), 1400);
}

// ---- levers

export const active = (): Scenario => question().scenarios[question().active] ?? question().scenarios[0];

/** Value of the lever in a month under a list of actions over its history, as the policy room works
 * it out (src/cauce/policy/policies.hpp). */
export function lever_value(
  l: Lever,
  actions: {
    lever: string;
    from: string;
    until: string;
    form: string;
    amount: number;
    rampMonths: number;
    place: string;
  }[],
  month: number,
  place = "",
): number | null {
  const clock = system().clock;
  let value: number | null = l.standing;
  for (const a of actions.filter((x) => x.lever === l.name && (x.place === "" || x.place === place))) {
    const from = month_index(clock, a.from);
    if (month < from || (a.until && month > month_index(clock, a.until))) continue;
    const target: number =
      a.form === "value" ? a.amount : a.form === "factor" ? a.amount * (value ?? 1) : a.amount + (value ?? 0);
    const done: number = a.rampMonths ? Math.min(1, (month - from + 1) / a.rampMonths) : 1;
    value = value === null ? target : value + (target - value) * done;
  }
  return value;
}

/** The actions that carry a scenario out: those of its story and the reader's moves. A move that sets
 * a value holds against later actions of the story, so it is said again where one starts. */
export function moves_as_actions(s: Scenario): ServerScenario["actions"] {
  const clock = system().clock;
  const story = policy(s.story)?.actions ?? [];
  const out: ServerScenario["actions"] = [];
  for (const m of s.moves) {
    const starts = new Map([[m.from, m.ramp]]);
    if (m.form === "value") {
      for (const a of story) {
        if (a.lever !== m.lever || a.from <= m.from || (m.until && a.from > m.until)) continue;
        if (m.place && a.place && a.place !== m.place) continue;
        starts.set(a.from, Math.max(0, m.ramp - (month_index(clock, a.from) - month_index(clock, m.from))));
      }
    }
    for (const [from, ramp] of [...starts].sort(([a], [b]) => a.localeCompare(b))) {
      out.push({
        lever: m.lever,
        from,
        ...(m.until ? { until: m.until } : {}),
        [m.form]: m.amount,
        rampMonths: ramp,
        place: m.place,
      });
    }
  }
  return out;
}

/** All actions of a scenario in the order in which they act. */
export function all_actions(s: Scenario) {
  const own = moves_as_actions(s).map((a) => ({
    lever: a.lever,
    from: a.from,
    until: a.until ?? "",
    form: a.value !== undefined ? "value" : a.factor !== undefined ? "factor" : "add",
    amount: a.value ?? a.factor ?? a.add ?? 0,
    rampMonths: a.rampMonths,
    place: a.place,
  }));
  return [...(policy(s.story)?.actions ?? []), ...own].sort((a, b) => a.from.localeCompare(b.from));
}

/** The active scenario's actions, its story's, and the baseline's: worked out once for all levers. */
class Actions {
  mine = $derived.by(() => all_actions(active()));
  story = $derived.by(() => all_actions({ story: active().story, moves: [] }));
  base = $derived.by(() => policy(question().base)?.actions ?? []);
}
export const actions = new Actions();

export const move_of = (s: Scenario, name: string, place = ""): Move | undefined =>
  s.moves.find((m) => m.lever === name && m.place === place);

/** Sets a lever of the active scenario from the decision on (or from where its move already starts). */
export function set_lever(name: string, amount: number, more: Partial<Move> = {}, gesture = ""): void {
  change((q) => {
    const s = q.scenarios[q.active];
    const found = s.moves.find((m) => m.lever === name && m.place === (more.place ?? ""));
    if (found) Object.assign(found, { amount, form: "value" }, more);
    else
      s.moves.push({
        lever: name,
        form: "value",
        amount,
        from: system().clock.decision,
        until: "",
        ramp: 0,
        place: "",
        ...more,
      });
  }, gesture);
}

export function reset_lever(name: string): void {
  change((q) => {
    const s = q.scenarios[q.active];
    s.moves = s.moves.filter((m) => m.lever !== name);
  });
}

// ---- asking

export const server_scenario = (s: Scenario, q: Question = question()): ServerScenario => ({
  base: q.base,
  policy: s.story,
  actions: moves_as_actions(s),
  theory: q.theory,
  ...(q.theory === "mixture" && Object.keys(q.weights).length
    ? { weights: raw(q.weights) as Record<string, number> }
    : {}),
  draws: q.draws,
  parameters: raw(q.parameters) as Record<string, number>,
  until: q.until,
});

/** What a scenario is answered for: the two charts and the totals of the scoreboard. */
function wanted_series(q: Question): Cell[] {
  const cells = [
    ...q.charts,
    ...system()
      .headline.filter((n) => outcome(n)?.total)
      .map((n) => ({ outcome: n, place: "", group: "" })),
  ];
  const seen = new Set<string>();
  return (raw(cells) as Cell[]).filter((c) => {
    const key = `${c.outcome} ${c.place} ${c.group}`;
    return !seen.has(key) && seen.add(key);
  });
}

const pause_before_run = 280; // milliseconds without a move
interface Work {
  quick?: AbortController;
  again: boolean;
  full?: string; // the question whose full run has begun to answer
  run?: AbortController;
  timer?: ReturnType<typeof setTimeout>;
}
const works: Work[] = letters.map(() => ({ again: false }));

function fail(slot: Slot, error: unknown): void {
  if (!was_aborted(error))
    slot.error = error instanceof ApiError ? error : new ApiError("page", String(error));
}

/** Calls `f` when what was just changed has been painted; soon, where nothing is painted (a hidden tab). */
function after_paint(f: () => void): void {
  let called = false;
  const once = () => {
    if (!called) f();
    called = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, 200);
}

/** Shows an answer to the question `key`: in the charts, and when they are painted everywhere else. */
function show(slot: Slot, key: string, answer: Answer): void {
  slot.drawn = answer;
  slot.error = undefined;
  after_paint(() => {
    if (slot.drawn !== answer) return;
    slot.answer = answer;
    slot.fresh = slot.key === key && answer.stage !== "preview";
    if (slot.fresh && answer.final) slot.progress = undefined;
  });
}

type QuickLine = { type: "growing" | "answer" | "cancelled"; answer?: Answer };

/** The first months of a quick answer with what was shown before after them, for the moment until it is
 * whole; nothing where the two do not fit together. */
function grown(part: Answer, before: Answer | undefined): Answer | undefined {
  if (!before || before.from !== part.from || before.start !== part.start) return undefined;
  const joined = <B extends object>(a: B, b: B): B =>
    Object.fromEntries(
      Object.entries(a).map(([k, v]: [string, unknown[]]) => [
        k,
        [...v, ...((b as Record<string, unknown[]>)[k] ?? []).slice(v.length)],
      ]),
    ) as B;
  return {
    ...part,
    stage: "preview",
    growing: true,
    months: before.months,
    effects: before.effects,
    series: part.series.map((s) => {
      const old = before.series.find(
        (o) => o.outcome === s.outcome && o.place === s.place && o.group === s.group,
      );
      if (!old) return s;
      return {
        ...s,
        base: joined(s.base, old.base),
        mine: joined(s.mine, old.mine),
        difference: joined(s.difference, old.difference),
      };
    }),
  };
}

async function quick(i: number): Promise<void> {
  const work = works[i],
    slot = store.slots[i];
  if (work.quick) {
    work.again = true;
    return;
  }
  const control = (work.quick = new AbortController());
  const key = slot.key;
  try {
    const body = {
      ...server_scenario(question().scenarios[i]),
      series: wanted_series(question()),
      grow: true,
    };
    const options = { signal: control.signal, lane: letters[i] };
    for await (const { answer } of post_lines<QuickLine>("preview", body, options)) {
      const now = store.slots[i];
      if (!answer || !now || work.full === now.key) return;
      if (answer.stage !== "growing") {
        show(now, key, answer);
        continue;
      }
      const part = grown(answer, now.drawn);
      if (part) now.drawn = part; // all else waits for the whole
    }
  } catch (error) {
    if (store.slots[i]) fail(store.slots[i], error);
  } finally {
    if (work.quick === control) work.quick = undefined;
    if (work.again && store.slots[i]) {
      work.again = false;
      void quick(i);
    }
  }
}

type RunLine =
  | { type: "queued"; ahead: number }
  | { type: "progress"; done: number; total: number }
  | { type: "answer"; answer: Answer }
  | { type: "cancelled"; reason: string };

async function full(i: number): Promise<void> {
  const work = works[i];
  const control = (work.run = new AbortController());
  const key = store.slots[i].key;
  const body = { ...server_scenario(question().scenarios[i]), series: wanted_series(question()) };
  try {
    for await (const line of post_lines<RunLine>("run", body, { signal: control.signal, lane: letters[i] })) {
      const slot = store.slots[i];
      if (!slot || control.signal.aborted) return;
      if (line.type === "queued")
        slot.progress = { done: 0, total: system().ensembles.full.members, ahead: line.ahead };
      else if (line.type === "progress") slot.progress = { done: line.done, total: line.total };
      else if (line.type === "answer") {
        work.full = key;
        show(slot, key, line.answer);
      }
    }
  } catch (error) {
    if (store.slots[i]) fail(store.slots[i], error);
  } finally {
    if (work.run === control) {
      work.run = undefined;
      if (store.slots[i]) store.slots[i].progress = undefined;
    }
  }
}

/** Sends what changed since it was last asked. */
export function ask(): void {
  const q = question();
  store.slots.length = Math.min(store.slots.length, q.scenarios.length);
  works.forEach((work, i) => {
    if (i < q.scenarios.length) return;
    work.quick?.abort();
    work.run?.abort();
    clearTimeout(work.timer);
  });
  q.scenarios.forEach((s, i) => {
    const key = JSON.stringify([server_scenario(s), wanted_series(q)]);
    const slot = (store.slots[i] ??= new Slot());
    if (slot.key === key) return;
    slot.key = key;
    slot.fresh = false;
    slot.error = undefined;
    const work = works[i];
    work.run?.abort();
    clearTimeout(work.timer);
    work.full = undefined;
    void quick(i);
    work.timer = setTimeout(() => void full(i), pause_before_run);
  });
  write_address(); // the question is on its way by now
}

export function ask_again(): void {
  for (const slot of store.slots) slot.key = "";
  ask();
}

/** The newest answer to a scenario; the charts have it a frame earlier (`drawn`). */
export const answer_of = (i: number): Answer | undefined => store.slots[i]?.answer;
export const drawn_of = (i: number): Answer | undefined => store.slots[i]?.drawn;

export const months_of = (a: Answer): string[] =>
  Array.from({ length: a.months }, (_, i) => month_text({ from: a.from }, i));
