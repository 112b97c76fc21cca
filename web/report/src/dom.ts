// Small helpers that make elements; no framework.

type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<
  string,
  string | number | boolean | null | undefined | EventListener | ((event: any) => void)
>;

function append(node: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child instanceof Node ? child : String(child));
  }
}

function make(node: Element, attributes: Attributes, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
}

/** An HTML element: `h("button", {type: "button", onclick: act}, "Go")`. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  make(node, attributes, children);
  return node;
}

/** An SVG element. */
export function s(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  make(node, attributes, children);
  return node;
}

let last_id = 0;
export function fresh_id(prefix: string): string {
  return `${prefix}-${++last_id}`;
}

/** Links to the rows of the sources that `ids` (joined by ';') name, as numbers that say the id. */
export function source_links(ids: string): HTMLElement {
  const list = ids
    .split(";")
    .map((id) => id.trim())
    .filter(Boolean);
  return h(
    "span",
    { class: "refs" },
    list.map((id, i) =>
      h(
        "a",
        { href: `#source-${id}`, title: id, "aria-label": id },
        list.length === 1 && id.length < 24 ? id : `[${i + 1}]`,
      ),
    ),
  );
}

/** A labelled choice. */
export function choice(
  label: string,
  options: [value: string, text: string][],
  value: string,
  change: (value: string) => void,
  key: string,
): HTMLElement {
  const id = `choice-${key}`;
  const select = h(
    "select",
    { id, onchange: (e: Event) => change((e.target as HTMLSelectElement).value) },
    options.map(([v, text]) => h("option", { value: v, selected: v === value }, text)),
  );
  return h("div", { class: "choice" }, h("label", { for: id }, label), select);
}

/** A choice whose options stand under headings. */
export function grouped_choice(
  label: string,
  groups: [heading: string, options: [string, string][]][],
  value: string,
  change: (value: string) => void,
  key: string,
): HTMLElement {
  const id = `choice-${key}`;
  const select = h(
    "select",
    { id, onchange: (e: Event) => change((e.target as HTMLSelectElement).value) },
    groups.map(([heading, options]) =>
      h(
        "optgroup",
        { label: heading },
        options.map(([v, text]) => h("option", { value: v, selected: v === value }, text)),
      ),
    ),
  );
  return h("div", { class: "choice" }, h("label", { for: id }, label), select);
}

export function checkbox(
  label: string,
  value: boolean,
  change: (value: boolean) => void,
  key: string,
): HTMLElement {
  const id = `check-${key}`;
  return h(
    "div",
    { class: "check" },
    h("input", {
      id,
      type: "checkbox",
      checked: value,
      onchange: (e: Event) => change((e.target as HTMLInputElement).checked),
    }),
    h("label", { for: id }, label),
  );
}
