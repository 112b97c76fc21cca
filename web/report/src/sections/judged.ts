// Judged by what happened: forecasts of the calibrated theories beside the record, scores beside
// naive forecasts, weights, and what the data taught.
import { fan_chart } from "../charts/fan";
import type { Lookup, Rows } from "../data";
import { choice, h } from "../dom";
import { figure, stackable, table_element, type TableData } from "../figure";
import type { State } from "../state";
import { month_words, naive_name, number, pick, t, words } from "../text";

type Row = Record<string, string>;

function rows_of(table: Rows | null): Row[] {
  if (!table) return [];
  return table.rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [table.columns[i], cell])));
}

const unique = (values: string[]): string[] => [...new Set(values)];
const months_of = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5)) - 1;

export function judged_section(lookup: Lookup, state: State): HTMLElement | null {
  const { judged } = lookup.data;
  if (!judged) return null;
  const section = h("section", { id: "judged" }, h("h2", {}, t("judged_title")));
  section.append(h("p", {}, t("judged_intro")));
  const theory_name = (name: string) =>
    name === "all theories, stacked"
      ? t("judged_stacked")
      : pick(lookup.data.theories.find((x) => x.name === name)?.title) || naive_name(name);
  const series_name = (name: string) =>
    name === "all" ? t("judged_all") : pick(lookup.place(name)?.name) || words("group_", name);
  const known = (name: string) => t(name === "ex post" ? "judged_ex_post" : "judged_ex_ante");

  const fans = rows_of(judged.fans);
  if (fans.length) section.append(...fan_part(fans, state, theory_name, series_name, known));

  const skill = rows_of(judged.skill);
  if (skill.length) {
    const until = skill[0].until;
    const main = skill.filter((x) => x.until === until);
    const series = unique(main.map((x) => x.series));
    const lines = unique(main.map((x) => `${x.forecaster}|${x.knowledge}`));
    section.append(
      h("h3", {}, t("judged_skill")),
      h("p", {}, t("judged_skill_note", { from: month_words(skill[0].from), until: month_words(until) })),
      cards(t("judged_skill"), {
        columns: [t("judged_forecast"), t("judged_knows"), ...series.map(series_name)],
        numeric: [false, false, ...series.map(() => true)],
        rows: lines.map((line) => {
          const [name, knowledge] = line.split("|");
          return [
            theory_name(name),
            knowledge ? known(knowledge) : t("judged_history"),
            ...series.map((one) => {
              const x = main.find(
                (y) => y.forecaster === name && y.knowledge === knowledge && y.series === one,
              );
              return x
                ? `${number(Number(x.crps))} / ${x.crps_log} · ${Math.round(100 * Number(x.inside_90))} %`
                : "";
            }),
          ];
        }),
      }),
    );
  }

  const weights = rows_of(judged.weights).filter((x, _, all) => x.until === all[0].until);
  if (weights.length) {
    section.append(
      h("h3", {}, t("judged_weights")),
      h("p", {}, t("judged_weights_note")),
      cards(t("judged_weights"), {
        columns: [t("theory_one"), t("judged_knows"), t("judged_stacking"), t("judged_range"), "Pseudo-BMA+"],
        numeric: [false, false, true, true, true],
        rows: weights.map((x) => [
          theory_name(x.theory),
          known(x.knowledge),
          Number(x.stacking).toFixed(2),
          `${Number(x.q05).toFixed(2)} – ${Number(x.q95).toFixed(2)}`,
          Number(x.pseudo_bma).toFixed(2),
        ]),
      }),
    );
  }
  section.append(...learned_part(lookup, theory_name));
  section.append(h("p", { class: "note" }, t("judged_limits")));
  return section;
}

/** A table that stands row by row on a phone. */
function cards(title: string, data: TableData): HTMLElement {
  const box = table_element(data, title);
  stackable(box.querySelector("table")!);
  return box;
}

function fan_part(
  fans: Row[],
  state: State,
  theory_name: (name: string) => string,
  series_name: (name: string) => string,
  known: (name: string) => string,
): HTMLElement[] {
  const forecasters = unique(fans.map((x) => x.forecaster));
  if (!forecasters.includes(state.judged_forecaster))
    state.judged_forecaster = forecasters.find((x) => x.includes("stacked")) ?? forecasters[0];
  const all_series = unique(fans.map((x) => x.series));
  if (!all_series.includes(state.judged_series)) state.judged_series = all_series[0];
  const body = h("div", {});
  const draw = () => {
    body.replaceChildren(
      ...unique(fans.map((x) => x.knowledge)).map((knowledge) => {
        const rows = fans.filter(
          (x) =>
            x.forecaster === state.judged_forecaster &&
            x.series === state.judged_series &&
            x.knowledge === knowledge,
        );
        const first = months_of(rows[0].month);
        const clock = { from: rows[0].month, months: rows.length, decision: 0, dataUntil: rows.length - 1 };
        const q = ["q05", "q25", "q50", "q75", "q95"].map((name) => rows.map((x) => Number(x[name])));
        const points = rows
          .filter((x) => x.observed !== "")
          .map((x): [number, number] => [months_of(x.month) - first, Number(x.observed)]);
        const title = `${theory_name(state.judged_forecaster)}, ${known(knowledge)}: ${series_name(state.judged_series)}`;
        return figure({
          key: `judged-${knowledge.replace(" ", "-")}`,
          title,
          draw: (width) =>
            fan_chart({
              clock,
              lines: [{ label: known(knowledge), color: "var(--p0)", q }],
              points,
              measured: true,
              width,
              height: 260,
              label: title,
            }).node,
          note: t("judged_fan_note"),
          table: () => ({
            columns: [t("judged_month"), t("judged_observed"), "5 %", "25 %", "50 %", "75 %", "95 %"],
            rows: rows.map((x) => [x.month, x.observed, x.q05, x.q25, x.q50, x.q75, x.q95]),
          }),
        });
      }),
    );
  };
  draw();
  const controls = h(
    "div",
    { class: "controls" },
    choice(
      t("judged_forecast"),
      forecasters.map((x): [string, string] => [x, theory_name(x)]),
      state.judged_forecaster,
      (v) => {
        state.judged_forecaster = v;
        draw();
      },
      "judged-forecaster",
    ),
    choice(
      t("judged_series"),
      all_series.map((x): [string, string] => [x, series_name(x)]),
      state.judged_series,
      (v) => {
        state.judged_series = v;
        draw();
      },
      "judged-series",
    ),
  );
  return [controls, body];
}

/** Prior and posterior of what was learned most under each theory, and how the series fit. */
function learned_part(lookup: Lookup, theory_name: (name: string) => string): HTMLElement[] {
  const parts: HTMLElement[] = [h("h3", {}, t("judged_learned")), h("p", {}, t("judged_learned_note"))];
  for (const [name, one] of Object.entries(lookup.data.judged!.theories)) {
    const all = rows_of(one.parameters);
    const most = [...all].sort((a, b) => Number(b.learned) - Number(a.learned)).slice(0, 20);
    const little = all.filter((x) => Number(x.learned) < 0.1).length;
    const range = (x: Row, p: string) => `${x[`${p}q50`]} [${x[`${p}q05`]}, ${x[`${p}q95`]}]`;
    parts.push(
      h(
        "details",
        { class: "fold" },
        h("summary", {}, theory_name(name)),
        h(
          "p",
          {},
          t("judged_unlearned", {
            little,
            all: all.length,
            until: month_words(one.notes.until),
          }),
        ),
        table_element({
          columns: [t("judged_parameter"), t("judged_before"), t("judged_after"), t("judged_share")],
          numeric: [false, true, true, true],
          rows: most.map((x) => [
            lookup.parameter(x.name, x.element),
            range(x, "prior_"),
            range(x, ""),
            `${Math.round(100 * Number(x.learned))} %`,
          ]),
        }),
        table_element({
          columns: [
            t("judged_series"),
            t("judged_error"),
            t("judged_discrepancy"),
            t("judged_before"),
            t("judged_after"),
            "90 %",
          ],
          rows: rows_of(one.series).map((x) => [
            [x.target, x.place, x.group].filter(Boolean).join(", "),
            x.log_sd,
            x.discrepancy,
            x.prior_log_error,
            x.log_error,
            `${Math.round(100 * Number(x.inside_90))} %`,
          ]),
        }),
      ),
    );
  }
  return parts;
}
