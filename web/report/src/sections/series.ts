// Months: apprehensions against the record, and the explorer of any outcome.
import { fan_chart, type FanLine } from "../charts/fan";
import type { Lookup, Outcome } from "../data";
import { MEDIAN, month_text } from "../data";
import { checkbox, choice, grouped_choice, h } from "../dom";
import { figure, type TableData } from "../figure";
import { policy_color } from "../palette";
import type { State } from "../state";
import { compact, outcome_unit, pick, t, words } from "../text";

interface Chosen {
  outcome: Outcome;
  place: string;
  group: string;
  policies: string[];
}

function lines_of(lookup: Lookup, chosen: Chosen): FanLine[] {
  const lines: FanLine[] = [];
  for (const [i, name] of chosen.policies.entries()) {
    const q = lookup.bands(name, chosen.outcome.name, chosen.place, chosen.group);
    if (!q) continue;
    lines.push({
      label: pick(lookup.policy(name)?.title) || name,
      color: policy_color(lookup.data, name),
      q,
      from:
        i === 0
          ? 0
          : Math.min(
              lookup.data.clock.decision,
              lookup.find(name, chosen.outcome.name, chosen.place, chosen.group)?.start ?? 0,
            ),
    });
  }
  return lines;
}

function observations_of(lookup: Lookup, chosen: Chosen) {
  return lookup.data.observations.find(
    (o) => o.outcome === chosen.outcome.name && o.place === chosen.place && o.group === chosen.group,
  );
}

function table_of(lookup: Lookup, chosen: Chosen, lines: FanLine[]): TableData {
  const observed = new Map(observations_of(lookup, chosen)?.points ?? []);
  const rows: (string | number)[][] = [];
  for (let m = 0; m < lookup.data.clock.months; ++m) {
    if (!lines.some((l) => Number.isFinite(l.q[MEDIAN][m]))) continue;
    rows.push([
      month_text(lookup.data.clock, m),
      ...lines.flatMap((l) =>
        [l.q[MEDIAN][m], l.q[0][m], l.q[1][m], l.q[3][m], l.q[4][m]].map((v) =>
          Number.isFinite(v) ? v : "",
        ),
      ),
      observed.get(m) ?? "",
    ]);
  }
  return {
    columns: [
      t("month"),
      ...lines.flatMap((l) => [l.label, t("low_90"), t("low_50"), t("high_50"), t("high_90")]),
      t("observed"),
    ],
    rows,
  };
}

export function legend(lookup: Lookup, policies: string[], measured: boolean): HTMLElement {
  return h(
    "ul",
    { class: "legend" },
    policies.map((name) =>
      h(
        "li",
        {},
        h("span", { class: "line", style: `background:${policy_color(lookup.data, name)}` }),
        pick(lookup.policy(name)?.title) || name,
      ),
    ),
    h("li", {}, h("span", { class: "band" }), `${t("legend_50")}, ${t("legend_90")}`),
    measured ? h("li", {}, h("span", { class: "dot" }), t("legend_observed")) : null,
    h("li", {}, h("span", { class: "dashes" }), t("legend_assumed")),
  );
}

/** First month drawn: two years before the first observation, the spin-up left out. */
function first_month(lookup: Lookup, chosen: Chosen): number {
  const points = observations_of(lookup, chosen)?.points;
  return points?.length ? Math.max(0, Math.min(points[0][0], lookup.data.clock.decision - 24)) : 0;
}

function big_chart(lookup: Lookup, chosen: Chosen, log: boolean, key: string, title: string): HTMLElement {
  const lines = lines_of(lookup, chosen);
  const note = h("span", {});
  return figure({
    key,
    title,
    draw: (width) => {
      const { node, cut } = fan_chart({
        clock: lookup.data.clock,
        lines,
        points: observations_of(lookup, chosen)?.points,
        measured: chosen.outcome.observed,
        width,
        height: width < 480 ? 260 : 360,
        log,
        label: title,
        first: first_month(lookup, chosen),
      });
      note.textContent = [
        cut ? t("band_cut", { value: compact(cut) }) : "",
        observations_of(lookup, chosen)?.yearly ? t("yearly_note") : "",
      ]
        .filter(Boolean)
        .join(" ");
      return node;
    },
    note,
    table: () => table_of(lookup, chosen, lines),
  });
}

const place_name = (lookup: Lookup, id: string) =>
  id === "" ? t("all_countries") : pick(lookup.place(id)?.name) || words("place_", id);
const group_name = (id: string) => (id === "" ? t("all_kinds") : words("group_", id));

/** Place elements an outcome has series for (base policy). */
function places_of(lookup: Lookup, outcome: string): string[] {
  return [
    ...new Set(
      lookup.data.series
        .filter((s) => s.outcome === outcome && s.policy === lookup.data.base)
        .map((s) => s.place),
    ),
  ];
}
function groups_of(lookup: Lookup, outcome: string): string[] {
  return [
    ...new Set(
      lookup.data.series
        .filter((s) => s.outcome === outcome && s.policy === lookup.data.base)
        .map((s) => s.group),
    ),
  ];
}

export function apprehensions_section(lookup: Lookup, state: State): HTMLElement {
  const { data } = lookup;
  const outcome = lookup.outcome("apprehensions") ?? lookup.outcome(data.headline[0]) ?? data.outcomes[0];
  const countries = places_of(lookup, outcome.name).filter((p) => p !== "");
  const kinds = groups_of(lookup, outcome.name).filter((g) => g !== "");
  const body = h("div", {});
  const policies = () => [data.base, ...(state.compare ? [state.compare] : [])];
  const draw = () => {
    const chosen: Chosen = { outcome, place: state.country, group: state.group, policies: policies() };
    const title = `${pick(outcome.title)}: ${[place_name(lookup, state.country), state.group && group_name(state.group).toLowerCase()].filter(Boolean).join(", ")} (${outcome_unit(outcome)})`;
    const small = countries.flatMap((place) =>
      (kinds.length ? kinds : [""]).map((group) => {
        const cell: Chosen = { outcome, place, group, policies: policies() };
        const lines = lines_of(lookup, cell);
        const heading = `${place_name(lookup, place)} · ${group_name(group)}`;
        return figure({
          key: `${outcome.name}-${place}-${group}`,
          title: heading,
          class: "small",
          draw: (width) =>
            fan_chart({
              clock: data.clock,
              lines,
              points: observations_of(lookup, cell)?.points,
              measured: outcome.observed,
              width,
              height: Math.max(110, Math.min(170, width * 0.5)),
              small: true,
              log: state.log,
              label: heading,
              first: first_month(lookup, { ...cell, place: "", group: "" }),
            }).node,
          table: () => table_of(lookup, cell, lines),
        });
      }),
    );
    body.replaceChildren(
      big_chart(
        lookup,
        chosen,
        state.log,
        `${outcome.name}-${state.country || "all"}-${state.group || "all"}`,
        title,
      ),
      legend(lookup, policies(), true),
      h("h3", {}, t("multiples_title")),
      h("div", { class: "multiples" }, small),
    );
  };
  const controls = h(
    "div",
    { class: "controls" },
    choice(
      t("country"),
      [["", t("all_countries")], ...countries.map((c): [string, string] => [c, place_name(lookup, c)])],
      state.country,
      (v) => {
        state.country = v;
        draw();
      },
      "country",
    ),
    kinds.length
      ? choice(
          t("kind"),
          [["", t("all_kinds")], ...kinds.map((k): [string, string] => [k, group_name(k)])],
          state.group,
          (v) => {
            state.group = v;
            draw();
          },
          "kind",
        )
      : null,
    choice(
      t("compare_with"),
      [
        ["", t("nobody")],
        ...data.policies
          .filter((p) => p.name !== data.base)
          .map((p): [string, string] => [p.name, pick(p.title)]),
      ],
      state.compare,
      (v) => {
        state.compare = v;
        draw();
      },
      "compare",
    ),
    checkbox(
      t("log_scale"),
      state.log,
      (v) => {
        state.log = v;
        draw();
      },
      "log",
    ),
  );
  draw();
  return h(
    "section",
    { id: "apprehensions" },
    h("h2", {}, t("apprehensions_title")),
    h("p", {}, t("apprehensions_intro")),
    controls,
    body,
  );
}

/** Outcomes by section of the pack, for a grouped choice. */
export function outcome_groups(
  lookup: Lookup,
  keep: (o: Outcome) => boolean,
): [string, [string, string][]][] {
  const sections = [...new Set(lookup.data.outcomes.map((o) => o.section))];
  return sections
    .map((section): [string, [string, string][]] => [
      words("section_", section),
      lookup.data.outcomes
        .filter((o) => o.section === section && keep(o))
        .map((o): [string, string] => [o.name, pick(o.title)]),
    ])
    .filter(([, options]) => options.length > 0);
}

export function explore_section(lookup: Lookup, state: State): HTMLElement {
  const { data } = lookup;
  const body = h("div", {}),
    controls = h("div", { class: "controls" });
  const has_series = (o: Outcome) => data.series.some((s) => s.outcome === o.name);
  const draw = () => {
    const outcome = lookup.outcome(state.explore_outcome) ?? data.outcomes.find(has_series);
    if (!outcome) return;
    const places = places_of(lookup, outcome.name),
      groups = groups_of(lookup, outcome.name);
    if (!places.includes(state.explore_place)) state.explore_place = places[0] ?? "";
    if (!lookup.has(outcome.name, state.explore_place, state.explore_group)) {
      state.explore_group = groups.find((g) => lookup.has(outcome.name, state.explore_place, g)) ?? "";
    }
    const named = (ids: string[], name: (id: string) => string): [string, string][] =>
      ids.map((id) => [id, name(id)]);
    const policies = data.policies.map((p): [string, string] => [p.name, pick(p.title)]);
    controls.replaceChildren(
      grouped_choice(
        t("outcome"),
        outcome_groups(lookup, has_series),
        outcome.name,
        (v) => {
          state.explore_outcome = v;
          state.explore_place = "";
          state.explore_group = "";
          redraw("outcome");
        },
        "explore-outcome",
      ),
      ...(places.length > 1
        ? [
            choice(
              t("country"),
              named(places, (id) => (id === "" ? t("all_places") : place_name(lookup, id))),
              state.explore_place,
              (v) => {
                state.explore_place = v;
                redraw("place");
              },
              "explore-place",
            ),
          ]
        : []),
      ...(groups.length > 1
        ? [
            choice(
              t("kind"),
              named(groups, group_name),
              state.explore_group,
              (v) => {
                state.explore_group = v;
                redraw("group");
              },
              "explore-group",
            ),
          ]
        : []),
      choice(
        t("policy"),
        policies,
        state.explore_a,
        (v) => {
          state.explore_a = v;
          redraw("a");
        },
        "explore-a",
      ),
      choice(
        t("compare_with"),
        [["", t("nobody")], ...policies],
        state.explore_b,
        (v) => {
          state.explore_b = v;
          redraw("b");
        },
        "explore-b",
      ),
    );
    const shown = [
      state.explore_a,
      ...(state.explore_b && state.explore_b !== state.explore_a ? [state.explore_b] : []),
    ];
    const chosen: Chosen = {
      outcome,
      place: state.explore_place,
      group: state.explore_group,
      policies: shown,
    };
    const title =
      [
        pick(outcome.title),
        state.explore_place && place_name(lookup, state.explore_place),
        state.explore_group && group_name(state.explore_group),
      ]
        .filter(Boolean)
        .join(" · ") + (outcome_unit(outcome) ? ` (${outcome_unit(outcome)})` : "");
    body.replaceChildren(
      h("p", { class: "muted" }, pick(outcome.doc)),
      ...(outcome.observed ? [] : [h("p", { class: "assumption" }, t("never_measured"))]),
      big_chart(
        lookup,
        chosen,
        false,
        `${outcome.name}-${state.explore_place || "all"}-${state.explore_group || "all"}`,
        title,
      ),
      legend(lookup, shown, outcome.observed),
    );
  };
  /** Draws anew and gives the keyboard back to the control that was used. */
  const redraw = (key: string) => {
    draw();
    document.getElementById(`choice-explore-${key}`)?.focus();
  };
  draw();
  return h(
    "section",
    { id: "explore" },
    h("h2", {}, t("explore_title")),
    h("p", {}, t("explore_intro")),
    controls,
    body,
  );
}
