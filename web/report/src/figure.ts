// A figure: title, controls, chart, note, and the same numbers as a table with a CSV download.
// The chart is drawn for the width at hand and again when that changes or the page is printed.
import { csv_text, type TableData } from "../../shared/csv";
import { fresh_id, h } from "./dom";
export { csv_text, type TableData } from "../../shared/csv";
import { t } from "./text";

export interface FigureParts {
  title?: string;
  key: string; // a stable name, used for the CSV's file name
  draw: (width: number) => Node;
  table: () => TableData;
  note?: string | Node;
  class?: string;
}

const redraws = new Set<() => void>();
let print_width: number | undefined;
const observer = new ResizeObserver((entries) => {
  for (const entry of entries) (entry.target as any).redraw?.();
});

/** Forgets all figures, before the page is drawn anew. */
export function clear_figures(): void {
  observer.disconnect();
  redraws.clear();
}

window.addEventListener("beforeprint", () => {
  print_width = 680;
  redraws.forEach((f) => f());
  document.querySelectorAll<HTMLDetailsElement>("details.fold").forEach((x) => {
    x.open = true;
  }); // on paper nothing opens
});
window.addEventListener("afterprint", () => {
  print_width = undefined;
  redraws.forEach((f) => f());
});

export function table_element(data: TableData, caption?: string): HTMLElement {
  const numeric = data.numeric ?? data.columns.map((_, i) => i > 0);
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption ?? t("table_show") },
    h(
      "table",
      {},
      caption ? h("caption", { class: "sr" }, caption) : null,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          data.columns.map((c, i) => h("th", { scope: "col", class: numeric[i] ? "num" : null }, c)),
        ),
      ),
      h(
        "tbody",
        {},
        data.rows.map((row) =>
          h(
            "tr",
            {},
            row.map((cell, i) =>
              i === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: numeric[i] ? "num" : null }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A table that becomes a list of cards on narrow screens: each cell then carries its heading. The
 * roles are said aloud because a changed `display` takes them away. */
export function stackable(table: HTMLTableElement): HTMLTableElement {
  table.classList.add("stackable");
  table.setAttribute("role", "table");
  const headings = [...table.querySelectorAll("thead tr:first-child > *")].map(
    (cell) => cell.textContent ?? "",
  );
  for (const row of table.querySelectorAll("tr")) row.setAttribute("role", "row");
  for (const cell of table.querySelectorAll("thead th")) cell.setAttribute("role", "columnheader");
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, i) => {
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      if (cell.tagName === "TD") {
        if (headings[i]) cell.setAttribute("data-label", headings[i]);
        if (cell.childNodes.length) cell.replaceChildren(h("span", {}, ...cell.childNodes));
      }
    });
  }
  return table;
}

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** `<details>` that fills itself when it is first opened. */
export function lazy_details(summary: string, fill: () => Node, className = "more"): HTMLElement {
  const details = h(
    "details",
    {
      class: className,
      ontoggle: () => {
        if (details.open && details.childElementCount === 1) details.append(fill());
      },
    },
    h("summary", {}, summary),
  );
  return details;
}

export function table_details(key: string, make: () => TableData): HTMLElement {
  return lazy_details(
    t("table_show"),
    () => {
      const data = make();
      return h(
        "div",
        {},
        table_element(data),
        h(
          "button",
          { type: "button", class: "quiet", onclick: () => download(`${key}.csv`, csv_text(data)) },
          t("download_csv"),
        ),
      );
    },
    "table",
  );
}

export function figure(parts: FigureParts): HTMLElement {
  const id = fresh_id("figure");
  const canvas = h("div", { class: "canvas" });
  const title = parts.title ? h("figcaption", { id }, parts.title) : null;
  const node = h(
    "figure",
    { class: parts.class ?? null, "aria-labelledby": title ? id : null },
    title,
    canvas,
    parts.note ? h("p", { class: "note" }, parts.note) : null,
    table_details(parts.key, parts.table),
  );
  let drawn = 0;
  const redraw = () => {
    const width = Math.floor(
      print_width && !parts.class?.includes("small") ? print_width : canvas.clientWidth,
    );
    if (width < 40 || width === drawn) return;
    drawn = width;
    canvas.replaceChildren(parts.draw(width));
  };
  (canvas as any).redraw = redraw;
  redraws.add(redraw);
  observer.observe(canvas);
  return node;
}
