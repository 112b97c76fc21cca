// What of a link's question the pack knows.
import { month_index } from "../../../shared/clock";
import type { System } from "./api";
import type { Move, Question } from "./link";

/** Whether the pack has the lever, its place and the months, which are those from the decision on. */
function known_move(m: Move, s: System): boolean {
  const found = s.levers.find((l) => l.name === m.lever);
  const there = (text: string, first: number) => {
    const i = /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? month_index(s.clock, text) : -1;
    return i >= first && i < s.clock.months;
  };
  return (
    !!found &&
    (!m.place || found.elements.includes(m.place)) &&
    there(m.from, s.clock.decisionIndex) &&
    (!m.until || there(m.until, month_index(s.clock, m.from)))
  );
}

/** The question without what this pack does not know, which the `standard` one's takes the place of:
 * so an old link still opens. */
export function known_only(q: Question, s: System, standard: Question): Question {
  const has_policy = (name: string) => s.policies.some((p) => p.name === name);
  if (!has_policy(q.base)) q.base = standard.base;
  for (const one of q.scenarios) {
    if (!has_policy(one.story)) one.story = standard.scenarios[0].story;
    one.moves = one.moves.filter((m) => known_move(m, s));
  }
  if (q.theory !== "mixture" && !s.theories.some((x) => x.name === q.theory)) q.theory = standard.theory;
  for (const name of Object.keys(q.weights))
    if (!s.theories.some((x) => x.name === name)) delete q.weights[name];
  if (!s.draws.posterior.available) q.draws = standard.draws;
  q.charts = q.charts.map((c, i) => {
    const o = s.outcomes.find((x) => x.name === c.outcome);
    if (!o) return standard.charts[i];
    return {
      outcome: c.outcome,
      place: o.places.includes(c.place) ? c.place : "",
      group: o.groups.includes(c.group) ? c.group : "",
    };
  });
  const last = month_index(s.clock, q.until);
  if (!(last > s.clock.decisionIndex && last < s.clock.months)) q.until = standard.until;
  return q;
}
