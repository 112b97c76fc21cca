// The month's maps: departures by department and flows through Mexico, with a slider and play.
import { class_color, class_limits, home_map, road_map } from "../charts/map";
import type { Lookup, Place } from "../data";
import { checkbox, choice, h } from "../dom";
import { figure } from "../figure";
import type { State } from "../state";
import { month_name, number, pick, t, words } from "../text";

export function map_section(lookup: Lookup, state: State): HTMLElement {
  const { data } = lookup;
  const { clock } = data;
  const section = h("section", { id: "map" }, h("h2", {}, t("map_title")), h("p", {}, t("map_intro")));
  const departments = data.places.filter((p) => p.kind === "department");
  const recorded = lookup.flow_ids("place").length > 0;
  if (!recorded) return section;
  const kinds = ["link", "corridor", "sector"] as const;
  const ids = Object.fromEntries(kinds.map((k) => [k, lookup.flow_ids(k)])) as Record<
    (typeof kinds)[number],
    string[]
  >;

  /** Values of the chosen policy, read once. */
  let cache: { policy: string; values: Map<string, (number | undefined)[]> } | undefined;
  const values = (kind: "place" | (typeof kinds)[number], id: string) => {
    if (cache?.policy !== state.map_policy) cache = { policy: state.map_policy, values: new Map() };
    const key = `${kind}:${id}`;
    if (!cache.values.has(key)) cache.values.set(key, lookup.flow(state.map_policy, kind, id));
    return cache.values.get(key)!;
  };
  const measure = (place: Place, month: number): number | undefined => {
    const v = values("place", place.id)[month];
    return v === undefined
      ? undefined
      : state.map_rate
        ? place.population > 0
          ? (1e4 * v) / place.population
          : undefined
        : v;
  };
  const largest = (names: string[], kind: (typeof kinds)[number]) =>
    Math.max(
      1,
      ...names.flatMap((id) =>
        data.flows.filter((f) => f.kind === kind && f.id === id).flatMap((f) => f.values),
      ),
    );
  const peak = {
    flow: largest(ids.link.length ? ids.link : ids.corridor, ids.link.length ? "link" : "corridor"),
    sector: largest(ids.sector, "sector"),
  };

  const body = h("div", { class: "maps" });
  const printed = h("p", { class: "print-only" });
  const month_label = h("output", { for: "map-month", class: "month" });
  let refresh = () => {};
  const show_month = () => {
    printed.textContent = `${pick(lookup.policy(state.map_policy)?.title)}, ${month_name(clock, state.map_month)}`;
    month_label.textContent = month_name(clock, state.map_month);
    slider.setAttribute("aria-valuetext", month_name(clock, state.map_month));
    refresh();
  };
  const slider = h("input", {
    type: "range",
    id: "map-month",
    min: 0,
    max: clock.months - 1,
    step: 1,
    value: state.map_month,
    oninput: () => {
      state.map_month = Number(slider.value);
      show_month();
    },
  });
  let timer: number | undefined;
  const play = h(
    "button",
    {
      type: "button",
      class: "play",
      onclick: () => {
        if (timer !== undefined) {
          stop();
          return;
        }
        if (state.map_month >= clock.months - 1) state.map_month = 0;
        play.textContent = t("pause");
        timer = window.setInterval(() => {
          if (!play.isConnected || state.map_month >= clock.months - 1) {
            stop();
            return;
          }
          state.map_month += 1;
          slider.value = String(state.map_month);
          show_month();
        }, 180);
      },
    },
    t("play"),
  );
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = t("play");
  };

  const draw = () => {
    const limits = class_limits(
      departments.flatMap((p) => Array.from({ length: clock.months }, (_, m) => measure(p, m) ?? 0)),
    );
    const unit = t(state.map_rate ? "map_rate" : "map_persons");
    const updates = { home: () => {}, road: () => {} };
    refresh = () => {
      updates.home();
      updates.road();
    };
    const legend = h(
      "ul",
      { class: "classes" },
      [0, ...limits].map((l, i) =>
        h(
          "li",
          {},
          h("span", { class: "swatch", style: `background:${class_color(i)}` }),
          i === limits.length ? `≥ ${number(l)}` : `${number(l)} – ${number(limits[i])}`,
        ),
      ),
    );
    const home = figure({
      key: `departures-${state.map_policy}`,
      title: `${t("map_departures")} (${unit})`,
      draw: (width) => {
        const map = home_map(data.places, width, limits, t("map_title"));
        updates.home = () => map.update((p) => measure(p, state.map_month));
        updates.home();
        return map.node;
      },
      note: legend,
      table: () => ({
        columns: [t("map_department"), t("country"), `${month_name(clock, state.map_month, false)}`],
        numeric: [false, false, true],
        rows: departments
          .map((p): (string | number)[] => [
            pick(p.name),
            words("place_", p.parent),
            measure(p, state.map_month) ?? "",
          ])
          .sort((a, b) => Number(b[2]) - Number(a[2]))
          .map((r) => [r[0], r[1], r[2] === "" ? "–" : number(Number(r[2]))]),
      }),
    });
    const notes = [
      ids.link.length || ids.corridor.length ? t("map_flow_width") : t("map_thin"),
      ids.sector.length ? t("map_circle") : "",
      data.links.some((l) => l.assumed) ? t("map_dashed") : "",
    ]
      .filter(Boolean)
      .join(" ");
    const road = figure({
      key: `roads-${state.map_policy}`,
      title: `${t("map_road_title")} (${t("map_persons")})`,
      draw: (width) => {
        const map = road_map(data.nodes, data.links, width, peak, t("map_route"));
        updates.road = () =>
          map.update((kind, id) => (ids[kind].includes(id) ? values(kind, id)[state.map_month] : undefined));
        updates.road();
        return map.node;
      },
      note: notes,
      table: () => ({
        columns: [t("map_route"), t("map_persons_label")],
        rows: [
          ...(ids.corridor.length ? ids.corridor : []).map((id) => ["corridor", id] as const),
          ...ids.sector.map((id) => ["sector", id] as const),
        ].map(([kind, id]) => [words("place_", id), number(values(kind, id)[state.map_month] ?? NaN)]),
      }),
    });
    body.replaceChildren(home, road);
  };
  const rates = departments.some((p) => p.population > 0);
  section.append(
    h(
      "div",
      { class: "controls" },
      choice(
        t("policy"),
        data.policies.map((p): [string, string] => [p.name, pick(p.title)]),
        state.map_policy,
        (v) => {
          state.map_policy = v;
          draw();
          show_month();
        },
        "map-policy",
      ),
      rates
        ? checkbox(
            t("map_measure_rate"),
            state.map_rate,
            (v) => {
              state.map_rate = v;
              draw();
            },
            "map-rate",
          )
        : null,
      h(
        "div",
        { class: "time" },
        play,
        h("label", { for: "map-month", class: "sr" }, t("month")),
        slider,
        month_label,
      ),
    ),
    printed,
    body,
  );
  draw();
  show_month();
  return section;
}
