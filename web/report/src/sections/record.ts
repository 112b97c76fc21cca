// Targets hit and missed, with values, and how much rests on assumption.
import type { Lookup, Parameter, Status, Target } from "../data";
import { h, source_links } from "../dom";
import { lazy_details, stackable, table_element } from "../figure";
import { compact, month_words, number, percent, pick, plain, sector, t, unit, words } from "../text";

function verdict(target: Target): string {
  if (target.hit) return t("hit");
  if (target.observed > target.q95) return t("missed_low");
  if (target.observed < target.q05) return t("missed_high");
  return t("missed");
}

/** The middle ratio of the bands' upper to lower edges: how much a hit is worth. */
function band_width(targets: Target[]): number {
  const ratios = targets
    .filter((x) => x.q05 > 0)
    .map((x) => x.q95 / x.q05)
    .sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? NaN;
}

/** The target's title with its place and group. */
function target_name(lookup: Lookup, target: Target): string {
  return [
    pick(target.name),
    target.place && (pick(lookup.place(target.place)?.name) || words("place_", target.place)),
    target.group && words("group_", target.group).toLowerCase(),
  ]
    .filter(Boolean)
    .join(", ");
}

/** A little scale: the band of the model, and the observed value as a mark. */
function gauge(target: Target): HTMLElement {
  const low = Math.min(target.q05, target.observed),
    high = Math.max(target.q95, target.observed);
  const pad = (high - low || 1) * 0.08;
  const at = (v: number) => `${(100 * (v - low + pad)) / (high - low + 2 * pad)}%`;
  return h(
    "span",
    { class: "gauge", "aria-hidden": "true" },
    h("i", { class: "gauge-band", style: `left:${at(target.q05)};right:calc(100% - ${at(target.q95)})` }),
    h("i", { class: "gauge-middle", style: `left:${at(target.median)}` }),
    h("i", { class: "gauge-seen", style: `left:${at(target.observed)}` }),
  );
}

export function targets_section(lookup: Lookup): HTMLElement {
  const { data } = lookup;
  const base = pick(lookup.policy(data.base)?.title) || data.base;
  const section = h("section", { id: "targets" }, h("h2", {}, t("targets_title")));
  if (!data.targets.length) {
    section.append(h("p", {}, t("targets_none")));
    return section;
  }
  const count = (list: Target[]) => ({ hit: list.filter((x) => x.hit).length, all: list.length });
  const checked = data.targets.filter((x) => !x.calibrated);
  const row = (x: Target) =>
    h(
      "tr",
      { class: x.hit ? "hit" : "missed" },
      h(
        "th",
        { scope: "row" },
        target_name(lookup, x),
        h(
          "small",
          { class: "under" },
          `${month_words(x.from)} – ${month_words(x.until)}${data.run.calibrated && x.calibrated ? `, ${t("use_calibrated")}` : ""}`,
        ),
      ),
      h("td", { class: "num" }, compact(x.observed)),
      h(
        "td",
        { class: "num" },
        h("b", {}, compact(x.median)),
        h("br"),
        h("small", {}, `${compact(x.q05)} – ${compact(x.q95)}`),
      ),
      h("td", {}, gauge(x)),
      h("td", { class: "num" }, x.months > 1 ? percent(x.inside) : "–"),
      h("td", { class: "verdict" }, h("span", { "aria-hidden": "true" }, x.hit ? "✓ " : "✗ "), verdict(x)),
      h("td", {}, source_links(x.source)),
    );
  const table = (parts: [string, Target[]][]) =>
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("targets_title") },
      stackable(
        h(
          "table",
          { class: "targets" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              [
                t("target"),
                t("observed"),
                t("model_middle"),
                "",
                t("months_inside"),
                t("verdict"),
                t("source"),
              ].map((c, i) =>
                c ? h("th", { scope: "col", class: [1, 2, 4].includes(i) ? "num" : null }, c) : h("td", {}),
              ),
            ),
          ),
          parts
            .filter(([, list]) => list.length)
            .map(([heading, list]) =>
              h(
                "tbody",
                {},
                h("tr", { class: "heading" }, h("th", { scope: "colgroup", colspan: 7 }, heading)),
                list.map(row),
              ),
            ),
        ),
      ),
    );
  const sides = [true, false].map((after): [string, Target[]] => {
    const list = data.targets.filter((x) => x.after === after);
    return [`${t(after ? "targets_after" : "targets_before")}: ${t("targets_count", count(list))}`, list];
  });
  const missed = [...data.targets].filter((x) => !x.hit).sort((x, y) => Number(y.after) - Number(x.after));
  section.append(
    h("p", {}, t("targets_intro", { base })),
    h(
      "p",
      { class: "score" },
      h("b", {}, t("targets_count", count(data.targets))),
      data.run.calibrated && checked.length && checked.length < data.targets.length
        ? `; ${t("targets_count_checked", count(checked))}`
        : "",
      ".",
    ),
    h(
      "ul",
      {},
      sides.filter(([, list]) => list.length).map(([heading]) => h("li", {}, heading, ".")),
    ),
    h("p", {}, t("targets_width", { factor: number(band_width(data.targets), 2) })),
    missed.length ? table([[t("targets_missed"), missed]]) : "",
    h(
      "details",
      { class: "fold" },
      h("summary", {}, t("show_targets", { n: data.targets.length })),
      table(sides),
    ),
  );
  return section;
}

const statuses: Status[] = ["seen", "derived", "recalled", "assumed"];

function parameter_range(p: Parameter): string {
  return p.low === null || p.high === null ? t("fixed") : `${number(p.low)} – ${number(p.high)}`;
}

export function assumptions_section(lookup: Lookup): HTMLElement {
  const { parameters } = lookup.data;
  const assumed = parameters.filter((p) => p.status === "assumed").length;
  const sectors = [...new Set(parameters.map((p) => p.sector))];
  const bar = (name: string) => {
    const own = parameters.filter((p) => p.sector === name);
    const widest = Math.max(...sectors.map((x) => parameters.filter((p) => p.sector === x).length));
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, sector(name) || "–"),
      h(
        "td",
        { class: "stack" },
        h(
          "span",
          { class: "stack-bar", style: `width:${(100 * own.length) / widest}%` },
          statuses.map((s) => {
            const n = own.filter((p) => p.status === s).length;
            return n
              ? h("i", { class: `status-${s}`, style: `flex:${n}`, title: `${t(`status_${s}`)}: ${n}` })
              : null;
          }),
        ),
      ),
      statuses.map((s) => h("td", { class: "num" }, String(own.filter((p) => p.status === s).length || "–"))),
    );
  };
  const all_table = () => {
    const count = h("span", { class: "muted", role: "status" });
    const holder = h("div", {});
    const fill = (needle: string) => {
      const shown = parameters.filter((p) =>
        plain(
          `${p.name} ${pick(p.title)} ${p.element} ${pick(p.note)} ${sector(p.sector)} ${p.source}`,
        ).includes(plain(needle)),
      );
      count.textContent = t("search_count", { n: shown.length });
      holder.replaceChildren(
        table_element(
          {
            columns: [t("parameter"), t("value"), t("range"), t("basis"), t("source")],
            numeric: [false, true, true, false, false],
            rows: shown.map((p) => [
              lookup.parameter(p.name, p.element),
              `${number(p.value)} ${unit(p.unit)}`.trim(),
              parameter_range(p),
              words("status_", p.status),
              p.source,
            ]),
          },
          t("assumptions_title"),
        ),
      );
    };
    fill("");
    return h(
      "div",
      {},
      h(
        "div",
        { class: "search" },
        h("label", { for: "parameter-search" }, t("search")),
        h("input", {
          id: "parameter-search",
          type: "search",
          oninput: (e: Event) => fill((e.target as HTMLInputElement).value),
        }),
        count,
      ),
      holder,
    );
  };
  return h(
    "section",
    { id: "assumptions" },
    h("h2", {}, t("assumptions_title")),
    h(
      "p",
      {},
      t("assumptions_intro", {
        all: parameters.length,
        assumed,
        share: percent(parameters.length ? assumed / parameters.length : 0),
      }),
    ),
    h(
      "ul",
      { class: "legend" },
      statuses.map((s) => h("li", {}, h("span", { class: `swatch status-${s}` }), t(`status_${s}`))),
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": t("assumptions_title") },
      h(
        "table",
        { class: "stacks" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("area")),
            h("td", {}),
            statuses.map((s) => h("th", { scope: "col", class: "num" }, t(`status_${s}`))),
          ),
        ),
        h("tbody", {}, sectors.map(bar)),
      ),
    ),
    lazy_details(t("show_parameters", { n: parameters.length }), all_table),
  );
}
