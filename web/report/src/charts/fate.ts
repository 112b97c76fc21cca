// What happens to those who leave: a Sankey diagram on wide screens, nested bars on narrow ones.
import { sankey, sankeyJustify, sankeyLinkHorizontal } from "d3-sankey";
import type { Fate } from "../data";
import { h, s } from "../dom";
import { number, t, words } from "../text";

/** Ends of the road by what they mean for the person; others are stages. */
const tones: Record<string, string> = {
  road_death: "--loss",
  crossing_death: "--loss",
  mexico_returned: "--return",
  repatriated: "--return",
  expelled: "--return",
  gave_up: "--return",
  agreement: "--return",
  mpp: "--wait",
  mexico_stays: "--wait",
  waiting: "--wait",
  elsewhere: "--wait",
  unresolved: "--wait",
  released: "--arrive",
  hhs: "--arrive",
  undetected: "--arrive",
  detained: "--wait",
};
const tone = (name: string) => `var(${tones[name] ?? "--stage"})`;
export const fate_name = (name: string) => words("fate_", name);

interface Node {
  name: string;
}
interface Link {
  source: number;
  target: number;
  value: number;
}

export function fate_chart(fate: Fate, width: number): Element {
  return width < 640 ? nested_bars(fate) : diagram(fate, width);
}

function diagram(fate: Fate, width: number): Element {
  const names = [...new Set(fate.links.flatMap((l) => [l.from, l.to]))];
  const height = 480;
  const ends = names.filter((name) => !fate.links.some((l) => l.from === name));
  const margin = Math.min(
    width * 0.36,
    22 + 6.1 * Math.max(...ends.map((name) => fate_name(name).length + 8)),
  );
  const layout = sankey<Node, Link>()
    .nodeWidth(13)
    .nodePadding(17)
    .nodeAlign(sankeyJustify)
    .extent([
      [2, 14],
      [width - margin, height - 10],
    ]);
  const graph = layout({
    nodes: names.map((name) => ({ name })),
    links: fate.links
      .filter((l) => l.value > 0)
      .map((l) => ({ source: names.indexOf(l.from), target: names.indexOf(l.to), value: l.value })),
  });
  const depth = Math.max(1, ...graph.nodes.map((node) => node.depth ?? 0));
  const column = (width - margin) / depth - 20;
  const path = sankeyLinkHorizontal();
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": t("fate_title"),
  });
  for (const link of graph.links) {
    const target = link.target as unknown as Node,
      source = link.source as unknown as Node;
    svg.append(
      s(
        "path",
        {
          d: path(link as any) ?? "",
          fill: "none",
          stroke: tone(target.name),
          "stroke-opacity": 0.38,
          "stroke-width": Math.max(1, link.width ?? 1),
        },
        s(
          "title",
          {},
          `${fate_name(source.name)} → ${fate_name(target.name)}: ${number(Math.round(link.value))}`,
        ),
      ),
    );
  }
  for (const node of graph.nodes) {
    const [x0, x1, y0, y1] = [node.x0!, node.x1!, node.y0!, node.y1!];
    svg.append(
      s("rect", {
        x: x0,
        y: y0,
        width: x1 - x0,
        height: Math.max(1, y1 - y0),
        fill: tone(node.name),
        rx: 1.5,
      }),
    );
    const last = (node.sourceLinks ?? []).length === 0;
    const lines = last ? [fate_name(node.name)] : wrapped(fate_name(node.name), Math.floor(column / 7));
    const label = s("text", { class: "sankey-label" });
    if (last) {
      label.append(
        s("tspan", { x: x1 + 6, y: (y0 + y1) / 2, dy: "0.35em" }, lines[0]),
        s("tspan", { class: "value", dx: 5 }, number(Math.round(node.value ?? 0))),
      );
    } else {
      const top = (y0 + y1) / 2 - (lines.length - 1) * 7.5;
      [...lines, number(Math.round(node.value ?? 0))].forEach((line, i) =>
        label.append(
          s("tspan", { x: x1 + 5, y: top + i * 15, class: i === lines.length ? "value" : "name" }, line),
        ),
      );
    }
    svg.append(label);
  }
  return svg;
}

/** Words in lines of at most `most` letters. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

interface Branch {
  name: string;
  value: number;
  depth: number;
}

/** The flows as a tree from "left". A stage where several flows join is opened once, with its sum, when all
 * that lead to it have been named. */
export function fate_branches(fate: Fate): Branch[] {
  const rows: Branch[] = [];
  const links = fate.links.filter((l) => l.value > 0);
  const into = (name: string) => links.filter((l) => l.to === name);
  const joins = new Set(
    links.map((l) => l.to).filter((name) => into(name).length > 1 && links.some((l) => l.from === name)),
  );
  const named = new Set<string>(["again"]);
  const visit = (name: string, value: number, depth: number) => {
    rows.push({ name, value, depth });
    named.add(name);
    const out = links.filter((l) => l.from === name).sort((a, b) => b.value - a.value);
    for (const link of out)
      if (!joins.has(link.to) || into(link.to).every((l) => l.from === name || l.from === "again"))
        visit(link.to, whole(link), depth + 1);
    for (const join of joins) {
      if (
        !named.has(join) &&
        into(join).every((l) => named.has(l.from) && (l.from === "again" || out.some((o) => o.to === l.from)))
      )
        visit(join, sum(into(join)), depth + 1);
    }
  };
  const sum = (list: Fate["links"]) => list.reduce((total, l) => total + l.value, 0);
  const whole = (link: Fate["links"][number]) => (joins.has(link.to) ? sum(into(link.to)) : link.value);
  visit("left", fate.base, 0);
  return rows;
}

function nested_bars(fate: Fate): Element {
  return h(
    "div",
    { class: "nested" },
    fate_branches(fate).map((row) =>
      h(
        "div",
        { class: "branch", style: `margin-left:${row.depth * 14}px` },
        h("div", { class: "branch-text" }, h("span", {}, fate_name(row.name)), h("b", {}, number(row.value))),
        h(
          "div",
          { class: "branch-bar" },
          h("i", {
            style: `width:${Math.max(0.4, (100 * row.value) / fate.base)}%;background:${tone(row.name)}`,
          }),
        ),
      ),
    ),
  );
}
