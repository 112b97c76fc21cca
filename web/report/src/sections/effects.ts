// Paired differences between policies: a chart for one outcome, a table for all.
import { interval_chart } from "../charts/intervals";
import type { Effect, Lookup } from "../data";
import { choice, grouped_choice, h } from "../dom";
import { figure, stackable } from "../figure";
import { policy_color } from "../palette";
import type { State } from "../state";
import { compact, month_name, outcome_unit, pick, signed, signed_percent, summed_unit, t } from "../text";
import { direction_words, of_hundred, periods, range_words } from "./summary";
import { outcome_groups } from "./series";

const agreement = (e: Effect) => Math.max(of_hundred(e.lower, e), of_hundred(e.higher, e));

export function effects_section(lookup: Lookup, state: State): HTMLElement {
  const { data } = lookup;
  const totals = data.effects.filter((e) => e.place === "" && e.group === "");
  const spans = periods(totals);
  const base_title = pick(lookup.policy(data.base)?.title) || data.base;
  const section = h("section", { id: "effects" }, h("h2", {}, t("effects_title")));
  if (!spans.length) return section;
  if (!spans.some(([key]) => key === state.effect_period)) state.effect_period = spans[0][0];
  const has = (name: string) => totals.some((e) => e.outcome === name);
  if (!has(state.effect_outcome)) state.effect_outcome = totals[0].outcome;
  const body = h("div", {});
  const span_name = ([, from, until]: [string, number, number]) =>
    `${month_name(data.clock, from, false)} – ${month_name(data.clock, until, false)}`;

  const draw = () => {
    const outcome = lookup.outcome(state.effect_outcome)!;
    const in_period = totals.filter((e) => `${e.from}-${e.until}` === state.effect_period);
    const effects = in_period.filter((e) => e.outcome === outcome.name);
    const policy_title = (e: Effect) => pick(lookup.policy(e.policy)?.title) || e.policy;
    const measure = outcome.flow ? summed_unit(outcome) : outcome_unit(outcome);
    const comparable = effects.filter((e) => Number.isFinite(e.percent[2]));
    const chart =
      comparable.length === 0
        ? h("span", {})
        : figure({
            key: `effects-${outcome.name}`,
            title: `${pick(outcome.title)}: ${t("effect_percent").toLowerCase()}`,
            draw: (width) =>
              interval_chart(
                comparable.map((e) => ({
                  label: policy_title(e),
                  color: policy_color(data, e.policy),
                  q: e.percent,
                  tip: `${direction_words(e, outcome.persons)}; ${range_words(e)}`,
                })),
                width,
                signed_percent,
                `${pick(outcome.title)}: ${t("effect_percent")}`,
              ),
            table: () => ({
              columns: [t("policy"), t("median"), t("low_90"), t("low_50"), t("high_50"), t("high_90")],
              rows: effects.map((e) => [
                policy_title(e),
                ...[2, 0, 1, 3, 4].map((i) => signed_percent(e.percent[i])),
              ]),
            }),
          });
    const in_words = h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("words") },
      stackable(
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              [
                t("policy"),
                t("words"),
                t("effect_percent"),
                `${t("effect_absolute")}${measure ? ` (${measure})` : ""}`,
              ].map((c, i) => h("th", { scope: "col", class: i > 1 ? "num" : null }, c)),
            ),
          ),
          h(
            "tbody",
            {},
            effects.map((e) =>
              h(
                "tr",
                {},
                h(
                  "th",
                  { scope: "row" },
                  h("span", { class: "swatch", style: `background:${policy_color(data, e.policy)}` }),
                  policy_title(e),
                ),
                h("td", {}, direction_words(e, outcome.persons)),
                h(
                  "td",
                  { class: "num" },
                  h("b", {}, signed_percent(e.percent[2])),
                  h("br"),
                  h("small", {}, `${signed_percent(e.percent[0])} … ${signed_percent(e.percent[4])}`),
                ),
                h(
                  "td",
                  { class: "num" },
                  h("b", {}, signed(e.difference[2])),
                  h("br"),
                  h("small", {}, `${signed(e.difference[0])} … ${signed(e.difference[4])}`),
                ),
              ),
            ),
          ),
        ),
      ),
    );
    const base_value = effects[0]?.base;
    body.replaceChildren(
      h("p", { class: "print-only" }, span_name(spans.find(([key]) => key === state.effect_period)!)),
      h(
        "p",
        { class: "muted" },
        pick(outcome.doc),
        " ",
        base_value === undefined
          ? ""
          : `${t("base_level", { base: base_title })}: ${compact(base_value)} ${measure}.`,
      ),
      ...(outcome.observed ? [] : [h("p", { class: "assumption" }, t("never_measured"))]),
      chart,
      in_words,
      overview(in_period),
    );
  };

  const overview = (effects: Effect[]): HTMLElement => {
    const others = data.policies.filter((p) => p.name !== data.base);
    const groups = outcome_groups(lookup, (o) => effects.some((e) => e.outcome === o.name));
    const cell = (outcome: string, policy: string) => {
      const e = effects.find((x) => x.outcome === outcome && x.policy === policy);
      if (!e) return h("td", { class: "num" }, "–");
      const same = e.lower === 0 && e.higher === 0,
        agree = agreement(e);
      const name = same ? "agree-none" : agree >= 95 ? "agree-strong" : agree >= 80 ? "agree" : "agree-none";
      return h(
        "td",
        {
          class: `num ${name}`,
          title: `${direction_words(e, lookup.outcome(outcome)?.persons ?? false)}; ${range_words(e)}`,
        },
        same ? signed_percent(0) : signed_percent(e.percent[2]),
      );
    };
    return h(
      "div",
      {},
      h("h3", {}, t("effects_overview")),
      h("p", { class: "muted" }, t("effects_overview_note")),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": t("effects_overview") },
        h(
          "table",
          { class: "overview" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("th", { scope: "col" }, t("outcome")),
              others.map((p) =>
                h(
                  "th",
                  { scope: "col", class: "num" },
                  h("span", { class: "swatch", style: `background:${policy_color(data, p.name)}` }),
                  pick(p.title),
                ),
              ),
            ),
          ),
          groups.map(([heading, options]) =>
            h(
              "tbody",
              {},
              h(
                "tr",
                { class: "heading" },
                h("th", { scope: "colgroup", colspan: others.length + 1 }, heading),
              ),
              options.map(([name, title]) =>
                h(
                  "tr",
                  {},
                  h(
                    "th",
                    { scope: "row" },
                    title,
                    lookup.outcome(name)?.observed
                      ? null
                      : h("span", { class: "unmeasured", title: t("never_measured") }, " ◇"),
                  ),
                  others.map((p) => cell(name, p.name)),
                ),
              ),
            ),
          ),
        ),
      ),
      h("p", { class: "note" }, "◇ ", t("never_measured")),
    );
  };

  const controls = h(
    "div",
    { class: "controls" },
    grouped_choice(
      t("outcome"),
      outcome_groups(lookup, (o) => has(o.name)),
      state.effect_outcome,
      (v) => {
        state.effect_outcome = v;
        draw();
      },
      "effect-outcome",
    ),
    spans.length > 1
      ? choice(
          t("period"),
          spans.map((s): [string, string] => [s[0], span_name(s)]),
          state.effect_period,
          (v) => {
            state.effect_period = v;
            draw();
          },
          "effect-period",
        )
      : null,
  );
  draw();
  section.append(h("p", {}, t("effects_intro", { base: base_title })), controls, body);
  return section;
}
