// Puts the report together: reads the data, draws every section, and again when the language changes.
import "./style.css";
import { load_data, Lookup } from "./data";
import { h } from "./dom";
import { clear_figures } from "./figure";
import { effects_section } from "./sections/effects";
import { fate_section } from "./sections/fates";
import { map_section } from "./sections/maps";
import { judged_section } from "./sections/judged";
import { assumptions_section, targets_section } from "./sections/record";
import {
  method_section,
  open_source_on_link,
  policies_section,
  reproduce_section,
  sources_section,
  theories_section,
} from "./sections/reference";
import { apprehensions_section, explore_section } from "./sections/series";
import { summary_section } from "./sections/summary";
import { initial_state, type State } from "./state";
import {
  asked_language,
  current_language,
  has_string,
  type Language,
  languages,
  missing,
  month_words,
  pick,
  set_language,
  t,
} from "./text";

function preferred_language(): Language {
  const asked =
    new URLSearchParams(location.hash.slice(1)).get("lang") ??
    asked_language() ??
    navigator.language.slice(0, 2);
  return languages.includes(asked as Language) ? (asked as Language) : "en";
}

function language_switch(change: (language: Language) => void): HTMLElement {
  return h(
    "div",
    { class: "languages", role: "group", "aria-label": t("language_label") },
    languages.map((language) => {
      const now = current_language() === language;
      const name = language === "en" ? "English" : "Español";
      return h(
        "button",
        {
          type: "button",
          lang: language,
          id: `language-${language}`,
          "aria-pressed": String(now),
          onclick: () => change(language),
        },
        name,
      );
    }),
  );
}

function render(root: HTMLElement, lookup: Lookup, state: State): void {
  const { data } = lookup;
  const { run } = data;
  document.documentElement.lang = current_language();
  document.title = `${pick(data.title)} · Cauce`;
  clear_figures();
  const theory = data.theories.find((x) => x.name === run.theory);
  const sections = [
    summary_section(lookup),
    apprehensions_section(lookup, state),
    effects_section(lookup, state),
    map_section(lookup, state),
    fate_section(lookup, state),
    explore_section(lookup, state),
    targets_section(lookup),
    judged_section(lookup, state),
    policies_section(lookup),
    theories_section(lookup),
    assumptions_section(lookup),
    method_section(),
    sources_section(lookup),
    reproduce_section(lookup),
  ].filter((x): x is HTMLElement => x !== null);
  const values = {
    members: run.members,
    scale: run.scale,
    from: month_words(data.clock.from),
    until: month_words(last_month(lookup)),
    theory: pick(theory?.title) || run.theory,
  };
  root.replaceChildren(
    h("a", { class: "skip", href: "#short" }, t("skip")),
    data.synthetic ? h("p", { class: "synthetic", role: "alert" }, t("synthetic_banner")) : "",
    h(
      "header",
      {},
      h(
        "div",
        { class: "top" },
        h("p", { class: "brand" }, "Cauce"),
        language_switch((language) => {
          set_language(language);
          render(root, lookup, state);
          document.getElementById(`language-${language}`)?.focus();
        }),
      ),
      h("h1", {}, pick(data.title)),
      h("p", { class: "subtitle" }, t("subtitle")),
      h("p", { class: "muted" }, t("run_line", values)),
      h(
        "nav",
        { "aria-label": t("contents") },
        h(
          "ul",
          {},
          sections.map((x) => h("li", {}, h("a", { href: `#${x.id}` }, t(`nav_${x.id}`)))),
        ),
      ),
    ),
    h("main", {}, sections),
  );
}

function last_month(lookup: Lookup): string {
  const { clock } = lookup.data;
  const [year, month] = clock.from.split("-").map(Number);
  const all = year * 12 + month - 1 + clock.months - 1;
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, "0")}`;
}

const root = document.getElementById("app")!;
set_language(preferred_language());
try {
  const lookup = new Lookup(load_data());
  open_source_on_link(root);
  render(root, lookup, initial_state(lookup));
} catch (problem) {
  root.replaceChildren(
    h(
      "main",
      {},
      h("h1", {}, "Cauce"),
      h("p", { class: "warning" }, t("failed"), " ", String((problem as Error).message)),
    ),
  );
}
// For the browser tests: keys of strings.csv that were asked for and not found.
Object.assign(window, { cauce_missing_strings: () => [...missing], cauce_has_string: has_string });
