// Policies, theories, method, limits, sources, and how to reproduce the report.
import type { Action, Lookup } from "../data";
import { h, source_links } from "../dom";
import { lazy_details, stackable, table_element } from "../figure";
import { policy_color } from "../palette";
import { day_words, month_words, number, pick, t, unit } from "../text";

function action_change(a: Action): string {
  const amount = number(a.amount),
    of = unit(a.unit);
  const change = t(`change_${a.change}`, { amount, unit: of }).trim();
  return a.rampMonths > 0 ? `${change}, ${t("ramp", { n: a.rampMonths })}` : change;
}

export function policies_section(lookup: Lookup): HTMLElement {
  const { data } = lookup;
  const shared = Math.max(0, ...data.policies.map((p) => p.before));
  const when = (a: Action) =>
    a.until
      ? t("from_until", { from: month_words(a.from), until: month_words(a.until) })
      : t("from_on", { from: month_words(a.from) });
  return h(
    "section",
    { id: "policies" },
    h("h2", {}, t("policies_title")),
    h("p", {}, t("policies_intro")),
    shared ? h("p", { class: "muted" }, t("policy_before", { n: shared })) : null,
    data.policies.map((p) => {
      const table = () =>
        h(
          "div",
          { class: "scroll", tabindex: 0, role: "region", "aria-label": pick(p.title) },
          stackable(
            h(
              "table",
              { class: "actions" },
              h(
                "thead",
                {},
                h(
                  "tr",
                  {},
                  [t("action_when"), t("action_what"), t("action_why"), t("action_basis")].map((c) =>
                    h("th", { scope: "col" }, c),
                  ),
                ),
              ),
              h(
                "tbody",
                {},
                p.actions.map((a) =>
                  h(
                    "tr",
                    {},
                    h("td", { class: "when" }, when(a)),
                    h(
                      "th",
                      { scope: "row" },
                      pick(a.lever),
                      h(
                        "small",
                        {},
                        ` ${action_change(a)}${a.place ? `, ${t("only_in", { place: pick(lookup.place(a.place)?.name) || a.place })}` : ""}`,
                      ),
                    ),
                    h("td", {}, pick(a.why)),
                    h(
                      "td",
                      {},
                      a.status ? h("span", { class: `swatch status-${a.status}` }) : null,
                      a.status ? t(`status_${a.status}`) : "",
                      " ",
                      a.source ? source_links(a.source) : null,
                    ),
                  ),
                ),
              ),
            ),
          ),
        );
      return h(
        "article",
        { class: "policy" },
        h(
          "h3",
          {},
          h("span", { class: "swatch", style: `background:${policy_color(data, p.name)}` }),
          pick(p.title),
          p.name === data.base ? h("span", { class: "tag" }, t("policy_base")) : null,
        ),
        h("p", {}, pick(p.summary)),
        p.actions.length === 0
          ? h("p", { class: "muted" }, t("policy_nothing"))
          : p.actions.length <= 6
            ? table()
            : h(
                "details",
                { class: "fold" },
                h("summary", {}, t("show_actions", { n: p.actions.length })),
                table(),
              ),
      );
    }),
  );
}

export function theories_section(lookup: Lookup): HTMLElement | null {
  const { theories } = lookup.data;
  if (!theories.length) return null;
  return h(
    "section",
    { id: "theories" },
    h("h2", {}, t("theories_title")),
    h("p", {}, t("theories_intro")),
    theories.map((x) =>
      h(
        "article",
        { class: "policy" },
        h("h3", {}, pick(x.title), x.used ? h("span", { class: "tag" }, t("theory_used")) : null),
        h("p", {}, pick(x.summary)),
        x.cuts.length ? h("p", { class: "muted" }, t("theory_cut", { list: x.cuts.join(", ") })) : null,
        x.changes.length
          ? h(
              "details",
              { class: "fold" },
              h("summary", {}, t("show_changes", { n: x.changes.length })),
              table_element(
                {
                  columns: [t("parameter"), t("range"), t("action_why")],
                  numeric: [false, false, false],
                  rows: x.changes.map((c) => [lookup.parameter(c.parameter, c.element), c.text, pick(c.why)]),
                },
                pick(x.title),
              ),
            )
          : null,
      ),
    ),
  );
}

export function method_section(): HTMLElement {
  const list = (prefix: string, n: number) =>
    h(
      "ul",
      {},
      Array.from({ length: n }, (_, i) => h("li", {}, t(`${prefix}${i + 1}`))),
    );
  return h(
    "section",
    { id: "method" },
    h("h2", {}, t("method_title")),
    list("method_", 4),
    h("h3", { id: "limits" }, t("limits_title")),
    list("limit_", 6),
  );
}

/** The rows of the sources are many: they are made when the list is first opened. */
let fill_sources = () => {};

export function sources_section(lookup: Lookup): HTMLElement {
  const sources = [...lookup.data.sources].sort((a, b) => b.uses - a.uses || a.id.localeCompare(b.id));
  const used = sources.filter((x) => x.uses > 0).length;
  const link = (url: string, title: string) =>
    /^https?:\/\//.test(url) ? h("a", { href: url, rel: "noopener noreferrer" }, title) : title;
  const details = h(
    "details",
    { class: "more", id: "all-sources", ontoggle: () => fill_sources() },
    h("summary", {}, t("show_sources", { n: sources.length })),
  );
  fill_sources = () => {
    if (details.childElementCount > 1) return;
    details.append(
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": t("sources_title") },
        stackable(
          h(
            "table",
            { class: "sources" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                [t("source"), t("source_publisher"), t("source_date"), t("source_uses")].map((c, i) =>
                  h("th", { scope: "col", class: i === 3 ? "num" : null }, c),
                ),
              ),
            ),
            h(
              "tbody",
              {},
              sources.map((x) =>
                h(
                  "tr",
                  { id: `source-${x.id}`, tabindex: -1 },
                  h(
                    "th",
                    { scope: "row" },
                    link(x.url, x.title || x.id),
                    h("br"),
                    h("small", {}, h("code", {}, x.id), pick(x.note) ? ` ${pick(x.note)}` : ""),
                  ),
                  h("td", {}, x.publisher),
                  h("td", {}, x.date),
                  h("td", { class: "num" }, number(x.uses)),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  };
  return h(
    "section",
    { id: "sources" },
    h("h2", {}, t("sources_title")),
    h("p", {}, t("sources_intro", { n: sources.length, used })),
    details,
  );
}

/** Links to a source open the folded list first. */
export function open_source_on_link(root: HTMLElement): void {
  root.addEventListener("click", (event) => {
    const anchor = (event.target as Element).closest?.('a[href^="#source-"]');
    if (!anchor) return;
    fill_sources();
    document.getElementById("all-sources")?.setAttribute("open", "");
    const row = document.getElementById(anchor.getAttribute("href")!.slice(1));
    row?.focus();
    row?.scrollIntoView({ block: "center" });
    event.preventDefault();
  });
}

export function reproduce_section(lookup: Lookup): HTMLElement {
  const { run } = lookup.data;
  const copy = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick: () => {
        navigator.clipboard?.writeText(run.command).then(
          () => {
            copy.textContent = t("copied");
          },
          () => {},
        );
      },
    },
    t("copy"),
  );
  const rows: [string, Node | string][] = [
    [t("reproduce_seed"), run.seed],
    [t("reproduce_version"), run.version],
    [t("reproduce_pack"), `${run.pack} ${run.packVersion}`.trim()],
    [t("theory_one"), pick(lookup.data.theories.find((x) => x.name === run.theory)?.title) || run.theory],
    [t("reproduce_results"), h("code", {}, run.resultHash)],
    [t("reproduce_generated"), day_words(run.generated)],
  ];
  return h(
    "section",
    { id: "reproduce" },
    h("h2", {}, t("reproduce_title")),
    h("p", {}, t("reproduce_intro")),
    h(
      "div",
      { class: "command" },
      h("pre", { tabindex: 0, "aria-label": t("reproduce_command") }, run.command),
      copy,
    ),
    h(
      "dl",
      {},
      rows.filter(([, v]) => v !== "").map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)]),
    ),
    run.inputs.length
      ? lazy_details(t("reproduce_inputs"), () =>
          table_element(
            { columns: [t("file"), t("hash")], numeric: [false, false], rows: run.inputs },
            t("reproduce_inputs"),
          ),
        )
      : null,
    h("p", { class: "muted" }, t("licence")),
  );
}
