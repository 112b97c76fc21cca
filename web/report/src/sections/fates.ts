// The fate of a cohort: of 100,000 departures, how many end where.
import { fate_chart, fate_name } from "../charts/fate";
import type { Lookup } from "../data";
import { choice, h } from "../dom";
import { figure } from "../figure";
import type { State } from "../state";
import { month_name, number, pick, t } from "../text";

export function fate_section(lookup: Lookup, state: State): HTMLElement {
  const { data } = lookup;
  const section = h("section", { id: "fate" }, h("h2", {}, t("fate_title")));
  if (!data.fates.length) return section;
  if (!data.fates.some((f) => f.policy === state.fate_policy)) state.fate_policy = data.fates[0].policy;
  const body = h("div", {});
  const draw = () => {
    const fate = data.fates.find((f) => f.policy === state.fate_policy)!;
    const title = t("fate_intro", {
      base: fate.base,
      from: month_name(data.clock, fate.from),
      until: month_name(data.clock, fate.until),
    });
    body.replaceChildren(
      h("p", { class: "print-only" }, pick(lookup.policy(fate.policy)?.title) || fate.policy),
      figure({
        key: `fate-${fate.policy}`,
        title,
        draw: (width) => fate_chart(fate, width),
        note: t("fate_note"),
        table: () => ({
          columns: [t("fate_to"), t("fate_from"), t("map_persons_label")],
          numeric: [false, false, true],
          rows: fate.links.map((l) => [fate_name(l.to), fate_name(l.from), number(l.value)]),
        }),
      }),
    );
  };
  draw();
  section.append(
    h(
      "div",
      { class: "controls" },
      choice(
        t("policy"),
        data.fates.map((f): [string, string] => [f.policy, pick(lookup.policy(f.policy)?.title) || f.policy]),
        state.fate_policy,
        (v) => {
          state.fate_policy = v;
          draw();
        },
        "fate",
      ),
    ),
    body,
  );
  return section;
}
