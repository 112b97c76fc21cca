// The head of the report: what it compares, in words, and how to read it.
import type { Effect, Lookup } from "../data";
import { h } from "../dom";
import { month_name, pick, signed_percent, t } from "../text";
import { policy_color } from "../palette";

/** The share of futures in hundredths. */
export function of_hundred(n: number, effect: Effect): number {
  const all = effect.lower + effect.higher + effect.equal;
  return all ? Math.round((100 * n) / all) : 0;
}

/** "fewer in 93 of 100 futures", whichever direction is the more frequent. With few futures the
 * counts are said as they are ("in 7 of 8"). */
export function direction_words(effect: Effect, persons: boolean): string {
  const { lower, higher, equal } = effect;
  if (lower === 0 && higher === 0) return t("sentence_equal");
  const futures = lower + higher + equal;
  const all = futures < 40 ? futures : 100;
  const scaled = (n: number) => Math.round((all * n) / futures);
  if (Math.abs(lower - higher) < 0.2 * futures) return t("sentence_even", { n: scaled(lower), all });
  return lower > higher
    ? t(persons ? "sentence_lower" : "sentence_below", { n: scaled(lower), all })
    : t(persons ? "sentence_higher" : "sentence_above", { n: scaled(higher), all });
}

export function range_words(effect: Effect): string {
  const [low, , median, , high] = effect.percent;
  return t("median_range", {
    median: signed_percent(median),
    low: signed_percent(low),
    high: signed_percent(high),
  });
}

/** Periods that effects are given for, the longest first. */
export function periods(effects: Effect[]): [key: string, from: number, until: number][] {
  const found = new Map<string, [string, number, number]>();
  for (const e of effects) found.set(`${e.from}-${e.until}`, [`${e.from}-${e.until}`, e.from, e.until]);
  return [...found.values()].sort((a, b) => b[2] - b[1] - (a[2] - a[1]));
}

export function summary_section(lookup: Lookup): HTMLElement {
  const { data } = lookup;
  const base = pick(lookup.policy(data.base)?.title) || data.base;
  const period = periods(data.effects)[0];
  const card = (name: string) => {
    const outcome = lookup.outcome(name);
    const effects = data.effects.filter(
      (e) =>
        e.outcome === name &&
        e.place === "" &&
        e.group === "" &&
        period &&
        `${e.from}-${e.until}` === period[0],
    );
    if (!outcome || !effects.length) return null;
    return h(
      "div",
      { class: "card" },
      h("h3", {}, pick(outcome.title)),
      h(
        "ul",
        {},
        effects.map((e) =>
          h(
            "li",
            {},
            h("span", { class: "swatch", style: `background:${policy_color(data, e.policy)}` }),
            h("b", {}, pick(lookup.policy(e.policy)?.title)),
            ": ",
            direction_words(e, outcome.persons),
            e.lower || e.higher ? h("span", { class: "muted" }, ` (${range_words(e)})`) : null,
          ),
        ),
      ),
    );
  };
  return h(
    "section",
    { id: "short" },
    h("h2", {}, t("short_title")),
    data.run.members < 40
      ? h("p", { class: "warning" }, t("few_members", { members: data.run.members }))
      : null,
    period
      ? h(
          "p",
          {},
          t("short_intro", {
            base,
            from: month_name(data.clock, period[1]),
            until: month_name(data.clock, period[2]),
          }),
        )
      : null,
    h("div", { class: "cards" }, data.headline.map(card)),
    h(
      "p",
      { class: data.run.calibrated ? "muted" : "warning" },
      t(data.run.calibrated ? "is_calibrated" : "not_calibrated"),
    ),
    h(
      "div",
      { class: "read" },
      h("h3", {}, t("how_to_read")),
      h(
        "ul",
        {},
        ["1", data.run.calibrated ? "2_fitted" : "2", "3", "4"].map((i) => h("li", {}, t(`read_${i}`))),
      ),
    ),
  );
}
