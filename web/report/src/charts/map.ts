// Two maps of one month: departures by department, and the roads through Mexico with their flows.
import { geoMercator, geoPath } from "d3-geo";
import type { Feature, FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import topology from "virtual:map";
import type { MapLink, MapNode, Place } from "../data";
import { s } from "../dom";
import { compact, number, pick, words } from "../text";

const topo = topology as unknown as Topology;
const shapes = (name: string) => feature(topo, topo.objects[name]) as unknown as FeatureCollection;
const departments = shapes("departments"),
  states = shapes("states"),
  neighbours = shapes("neighbours");

export const classes = 6;
export const class_color = (i: number) => `var(--m${i})`;

/** Class limits that split the positive values of all months evenly, rounded to plain numbers. */
export function class_limits(values: number[]): number[] {
  const sorted = values.filter((v) => v > 0).sort((a, b) => a - b);
  const limits: number[] = [];
  for (let i = 1; i < classes; ++i) {
    const raw = sorted[Math.floor((sorted.length - 1) * [0, 0.2, 0.42, 0.64, 0.82, 0.95][i])] ?? 0;
    const size = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-9)));
    const nice = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]
      .map((k) => k * size)
      .reduce((a, b) => (Math.abs(b - raw) < Math.abs(a - raw) ? b : a));
    limits.push(Number(nice.toPrecision(2)));
  }
  return [...new Set(limits)].sort((a, b) => a - b);
}
export const class_of = (value: number, limits: number[]) => limits.filter((l) => value >= l).length;

export interface HomeMap {
  node: SVGElement;
  update: (value: (place: Place) => number | undefined) => void;
}

/** The departments, coloured by class. */
export function home_map(places: Place[], width: number, limits: number[], label: string): HomeMap {
  const height = Math.round(width * 0.72);
  const projection = geoMercator().fitExtent(
    [
      [12, 10],
      [width - 12, height - 10],
    ],
    departments as any,
  );
  const path = geoPath(projection).digits(1);
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": label,
  });
  const context = s("g", { class: "land" });
  for (const f of [...neighbours.features, ...states.features])
    context.append(s("path", { d: path(f as any) ?? "" }));
  svg.append(context);
  const by_code = new Map(places.filter((p) => p.kind === "department").map((p) => [p.code, p]));
  const drawn: { place: Place; node: SVGElement; title: SVGElement }[] = [];
  for (const f of departments.features) {
    const place = by_code.get(String((f as Feature).id));
    const title = s("title", {});
    const node = s(
      "path",
      { d: path(f as any) ?? "", class: place ? "department" : "department none" },
      title,
    );
    svg.append(node);
    if (place) drawn.push({ place, node, title });
  }
  for (const country of places.filter((p) => p.kind === "country")) {
    const own = departments.features.filter((f) => String(f.id).startsWith(country.code + "-"));
    if (!own.length) continue;
    const [x, y] = geoPath(projection).centroid({ type: "FeatureCollection", features: own } as any);
    svg.append(s("text", { x, y, class: "map-label" }, pick(country.name)));
  }
  return {
    node: svg,
    update: (value) => {
      for (const { place, node, title } of drawn) {
        const v = value(place);
        node.setAttribute("fill", v === undefined ? "var(--land)" : class_color(class_of(v, limits)));
        title.textContent = `${pick(place.name)}: ${v === undefined ? "–" : number(v)}`;
      }
    },
  };
}

export interface RoadMap {
  node: SVGElement;
  update: (value: (kind: "link" | "corridor" | "sector", id: string) => number | undefined) => void;
}

const crow = (a: MapNode, b: MapNode) => ({
  type: "LineString",
  coordinates: [
    [a.longitude, a.latitude],
    [b.longitude, b.latitude],
  ],
});

/** Mexico: links as wide as their flow (of the link, or of its corridor), sectors as circles. */
export function road_map(
  nodes: MapNode[],
  links: MapLink[],
  width: number,
  largest: { flow: number; sector: number },
  label: string,
): RoadMap {
  const height = Math.round(width * 0.74) + 24;
  const frame = {
    type: "MultiPoint",
    coordinates: [
      [-117.8, 33.4],
      [-87.2, 13.6],
    ],
  };
  const projection = geoMercator().fitExtent(
    [
      [4, 34],
      [width - 4, height - 6],
    ],
    frame as any,
  );
  const path = geoPath(projection).digits(1);
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": label,
  });
  const land = s("g", { class: "land" }),
    roads = s("g", { class: "roads" }),
    marks = s("g", { class: "sectors" });
  for (const f of [...neighbours.features, ...states.features, ...departments.features])
    land.append(s("path", { d: path(f as any) ?? "" }));
  svg.append(land, roads, marks);
  const by_name = new Map(nodes.map((n) => [n.name, n]));
  const drawn: { node: SVGElement; link: MapLink; title: SVGElement }[] = [];
  for (const link of links) {
    const a = by_name.get(link.from),
      b = by_name.get(link.to);
    if (!a || !b || a.kind === "origin") continue;
    const title = s("title", {});
    const node = s(
      "path",
      { d: path(crow(a, b) as any) ?? "", class: link.assumed ? "road assumed" : "road" },
      title,
    );
    roads.append(node);
    drawn.push({ node, link, title });
  }
  const sectors: { name: string; node: SVGElement; title: SVGElement }[] = [];
  const boxes: [number, number, number, number][] = [];
  for (const n of nodes) {
    const at = projection([n.longitude, n.latitude]);
    if (!at) continue;
    if (n.kind === "sector") {
      const title = s("title", {});
      const circle = s("circle", { cx: at[0], cy: at[1], r: 2.5 }, title);
      marks.append(circle);
      const text = words("place_", n.sector || n.name);
      const size = width < 460 ? 8.5 : 10.5,
        box: [number, number, number, number] = [
          at[0] - text.length * size * 0.27,
          at[1] - 9 - size,
          text.length * size * 0.54,
          size + 2,
        ];
      let lift = 0;
      while (
        lift < 4 &&
        boxes.some(
          (b) =>
            box[0] < b[0] + b[2] &&
            b[0] < box[0] + box[2] &&
            box[1] - lift * size < b[1] + b[3] &&
            b[1] < box[1] - lift * size + box[3],
        )
      )
        ++lift;
      box[1] -= lift * size;
      boxes.push(box);
      const half = text.length * size * 0.29,
        middle = Math.min(Math.max(at[0], half + 2), width - half - 2);
      marks.append(
        s("text", { x: middle, y: box[1] + size, class: "sector-label", style: `font-size:${size}px` }, text),
      );
      sectors.push({ name: n.sector || n.name, node: circle, title });
    } else if (n.kind !== "origin") {
      marks.append(
        s(
          "circle",
          { cx: at[0], cy: at[1], r: n.kind === "crossing" ? 2.2 : 1.5, class: "town" },
          s("title", {}, n.name.replaceAll("_", " ")),
        ),
      );
    }
  }
  return {
    node: svg,
    update: (value) => {
      for (const { node, link, title } of drawn) {
        const own = value("link", `${link.from}>${link.to}`);
        const flow = own ?? value("corridor", link.corridor);
        node.setAttribute(
          "stroke-width",
          flow === undefined ? "1" : String(Math.max(0.8, 15 * (flow / largest.flow))),
        );
        node.setAttribute(
          "class",
          (link.assumed ? "road assumed" : "road") + (flow === undefined ? " unknown" : ""),
        );
        title.textContent = `${words("place_", link.corridor)}${flow === undefined ? "" : `: ${compact(flow)}`}`;
      }
      for (const { name, node, title } of sectors) {
        const v = value("sector", name);
        node.setAttribute(
          "r",
          v === undefined ? "2.5" : String(Math.max(1.5, 17 * Math.sqrt(v / largest.sector))),
        );
        title.textContent = `${words("place_", name)}${v === undefined ? "" : `: ${number(v)}`}`;
      }
    },
  };
}
