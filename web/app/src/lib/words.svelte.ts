// Words and numbers in the reader's language, drawn anew when the language changes.
import * as shared from "../../../shared/text";
import type { Text } from "../../../shared/clock";
import type { Lever } from "./api";
import table from "../strings.csv?raw";
import { app, policy, question } from "./study.svelte";

shared.add_strings(table);

/** Reading the language makes whoever calls this depend on it. */
const now = <F extends (...args: never[]) => unknown>(f: F): F =>
  ((...args) => (void app.language, f(...args))) as F;

export const plain = shared.plain;
export const t = now(shared.t);
export const pick = now(shared.pick);
export const number = now(shared.number);
export const compact = now(shared.compact);
export const in_words = now(shared.in_words);
export const alike = now(shared.alike);
export const percent = now(shared.percent);
export const signed_percent = now(shared.signed_percent);
export const signed = now(shared.signed);
export const unit = now(shared.unit);
export const naive_name = now(shared.naive_name);
export const outcome_unit = now(shared.outcome_unit);
export const summed_unit = now(shared.summed_unit);
export const words = now(shared.words);
export const month_words = now(shared.month_words);
export const day_words = now(shared.day_words);

/** The language in which a text of the pack is shown: what has no words in the reader's is English. */
export const spoken = now((text: Text): string => (text.es === text.en ? "en" : shared.current_language()));

/** Name of a place, group or other element of an axis. */
export const element = now((id: string): string => {
  const s = app.system;
  const place = s?.places.find((p) => p.id === id || p.code === id);
  if (place) return shared.pick(place.name);
  const said: Text | undefined = s?.elements?.[id];
  if (said) return shared.pick(said);
  const low = id.toLowerCase();
  for (const prefix of ["group_", "place_"])
    if (shared.has_string(prefix + low)) return shared.t(prefix + low);
  return id.replaceAll("_", " ");
});

/** "Families, Guatemala" of a place and a group; the total's words when both are empty. */
export const cell_words = now((place: string, group: string): string =>
  [place && element(place), group && element(group)].filter(Boolean).join(" · "),
);

/** A part of the model ("The road") in the reader's language. */
export const sector = now(shared.sector);

/** "Miami agenda, 2 moves": a scenario in the reader's language. */
export function scenario_title(i: number): string {
  const s = question().scenarios[i];
  const title = pick(policy(s.story)?.title);
  return s.moves.length ? t("story_changed", { title, n: s.moves.length }) : title;
}

/** Title of a theory by its name. */
export const theory_title = (name: string): string =>
  pick(app.system?.theories.find((x) => x.name === name)?.title);

/** Value of a lever in the words of its unit. */
export const lever_words = now(
  (unit_name: string, low: number, high: number, value: number | null): string => {
    if (value === null) return shared.t("lever_free");
    if (unit_name === "dmnl" && low === 0 && high === 1) return shared.percent(value);
    if (unit_name === "dmnl") return `× ${shared.number(value)}`;
    const said = shared.unit(unit_name);
    return said ? `${shared.number(value)} ${said}` : shared.number(value);
  },
);

/** What 1 stands for on a lever that multiplies ("2015 to 2016"), as its own text says; "" where it
 * does not, or where the lever is a share. */
export function multiple_of(l: Lever): string {
  if (l.unit !== "dmnl" || (l.low === 0 && l.high === 1)) return "";
  return /(?:^|[\s:;,])1 = ([^.;(),]+)/.exec(pick(l.doc))?.[1].trim() ?? "";
}

/** "years", with months as they are commonly written: June 2017. */
export const long_month = now((text: string): string => {
  const [y, m] = text.split("-").map(Number);
  return Number.isFinite(m) ? shared.date_text(new Date(Date.UTC(y, m - 1, 1))) : text;
});
