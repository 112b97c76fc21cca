// Fan chart: middle line and bands of one or two policies by month, observations as dots, the
// decision date marked. Dashed where inputs are assumed or nothing was ever measured.
import * as Plot from "@observablehq/plot";
import { MEDIAN, month_date, type Clock } from "../data";
import { compact, month_name, number, t } from "../text";

export interface FanLine {
  label: string;
  color: string;
  q: number[][];
  from?: number;
}

export interface FanOptions {
  clock: Clock;
  lines: FanLine[]; // base first
  points?: [month: number, value: number][];
  measured: boolean; // false: dashed throughout
  width: number;
  height: number;
  small?: boolean;
  log?: boolean;
  label: string; // what is on the vertical axis, for screen readers
  first?: number; // first month drawn
}

export interface Fan {
  node: Element;
  cut?: number;
}

/** The values reach this high: wide upper edges are cut at a multiple of what matters most. */
function upper_limit(options: FanOptions): { top: number; cut?: number } {
  let core = 0,
    edge = 0;
  for (const line of options.lines) {
    for (let m = options.first ?? 0; m < options.clock.months; ++m) {
      core = Math.max(core, line.q[MEDIAN][m] || 0, (line.q[3][m] || 0) * 0.85);
      edge = Math.max(edge, line.q[4][m] || 0);
    }
  }
  for (const [m, value] of options.points ?? []) if (m >= (options.first ?? 0)) core = Math.max(core, value);
  const top = Math.min(edge, core * 1.6);
  return { top: Math.max(top, core * 1.05), cut: edge > top * 1.02 ? edge : undefined };
}

export function fan_chart(options: FanOptions): Fan {
  const { clock, small } = options;
  const first = options.first ?? 0;
  const { top, cut } = upper_limit(options);
  const x = (m: number) => month_date(clock, m);
  const floor = options.log
    ? Math.max(
        1e-9,
        Math.min(
          ...options.lines.flatMap((l) => l.q[0].slice(first).filter((v) => v > 0)),
          ...(options.points ?? []).filter(([m, v]) => m >= first && v > 0).map(([, v]) => v),
        ),
      )
    : 0;
  const keep = (v: number) => (options.log ? Math.max(v, floor) : v);
  const marks: Plot.Markish[] = [];
  marks.push(Plot.ruleX([x(clock.decision)], { stroke: "var(--decision)", strokeDasharray: "3,3" }));
  if (!small && clock.dataUntil < clock.months - 1) {
    marks.push(
      Plot.rectY([0], {
        x1: x(clock.dataUntil),
        x2: x(clock.months - 1),
        y1: floor,
        y2: top,
        fill: "url(#hatch)",
        ariaHidden: "true",
      }),
    );
  }
  for (const line of options.lines) {
    const start = Math.max(first, line.from ?? 0);
    const rows = [];
    for (let m = start; m < clock.months; ++m) {
      if (Number.isFinite(line.q[MEDIAN][m]))
        rows.push({ m, date: x(m), q: line.q.map((row) => keep(Math.min(row[m], top))) });
    }
    marks.push(
      Plot.areaY(rows, {
        x: "date",
        y1: (d) => d.q[0],
        y2: (d) => d.q[4],
        fill: line.color,
        fillOpacity: 0.14,
      }),
    );
    marks.push(
      Plot.areaY(rows, {
        x: "date",
        y1: (d) => d.q[1],
        y2: (d) => d.q[3],
        fill: line.color,
        fillOpacity: 0.24,
      }),
    );
    const solid = options.measured ? rows.filter((d) => d.m <= clock.dataUntil) : [];
    const dashed = options.measured ? rows.filter((d) => d.m >= clock.dataUntil) : rows;
    const style = {
      x: "date",
      y: (d: { q: number[] }) => d.q[MEDIAN],
      stroke: line.color,
      strokeWidth: small ? 1.4 : 2,
    };
    marks.push(
      Plot.lineY(solid, style),
      Plot.lineY(dashed, { ...style, strokeDasharray: small ? "3,2" : "6,4" }),
    );
  }
  const points = (options.points ?? []).filter(([m, v]) => m >= first && (!options.log || v > 0));
  marks.push(
    Plot.dot(points, { x: (d) => x(d[0]), y: (d) => d[1], r: small ? 1.1 : 1.9, fill: "var(--observed)" }),
  );
  if (!small) {
    const observed = new Map(points.map(([m, v]) => [m, v]));
    const main = options.lines[0];
    const rows = [];
    for (let m = first; m < clock.months; ++m) {
      if (!Number.isFinite(main.q[MEDIAN][m])) continue;
      const text = [month_name(clock, m)];
      for (const line of options.lines) {
        if (m >= (line.from ?? 0))
          text.push(
            `${line.label}: ${number(line.q[MEDIAN][m])} (${compact(line.q[0][m])} – ${compact(line.q[4][m])})`,
          );
      }
      if (observed.has(m)) text.push(`${t("observed")}: ${number(observed.get(m)!)}`);
      rows.push({ date: x(m), y: Math.min(main.q[MEDIAN][m], top), title: text.join("\n") });
    }
    marks.push(Plot.ruleX(rows, Plot.pointerX({ x: "date", stroke: "var(--muted)", strokeWidth: 0.8 })));
    marks.push(
      Plot.tip(
        rows,
        Plot.pointerX({
          x: "date",
          y: "y",
          title: "title",
          fill: "var(--paper)",
          stroke: "var(--line)",
          fontSize: 12,
          lineWidth: 30,
        }),
      ),
    );
    // Beside its line, on the side where there is room.
    const early = clock.decision - first < 0.12 * (clock.months - first);
    marks.push(
      Plot.text([x(clock.decision)], {
        x: (d) => d,
        frameAnchor: "top",
        text: () => t("decision"),
        dx: early ? 4 : -4,
        dy: 2,
        textAnchor: early ? "start" : "end",
        fill: "var(--decision)",
        fontSize: 11,
      }),
    );
    if (clock.dataUntil < clock.months - 1) {
      marks.push(
        Plot.text([x(clock.dataUntil)], {
          x: (d) => d,
          frameAnchor: "top",
          text: () => t("data_end"),
          dx: 4,
          dy: 2,
          textAnchor: "start",
          fill: "var(--muted)",
          fontSize: 11,
        }),
      );
    }
  }
  const node = Plot.plot({
    width: options.width,
    height: options.height,
    marginLeft: small ? 40 : 52,
    marginRight: small ? 4 : 12,
    marginTop: small ? 6 : 18,
    marginBottom: small ? 18 : 26,
    style: {
      fontSize: small ? "10px" : "12px",
      background: "transparent",
      color: "var(--muted)",
      fontFamily: "inherit",
    },
    ariaLabel: options.label,
    x: {
      type: "utc",
      domain: [x(first), x(clock.months - 1)],
      ticks: small ? 3 : Math.min(9, options.width / 80),
      label: null,
      tickFormat: (d: Date) => String(d.getUTCFullYear()),
    },
    y: {
      domain: [floor, top],
      type: options.log ? "log" : "linear",
      ticks: small ? 3 : 5,
      label: null,
      tickFormat: (d: number) => compact(d),
      grid: true,
      nice: false,
    },
    marks: [hatch_definition(), ...marks],
  });
  return { node, cut };
}

/** The hatching that marks what rests on assumption. */
function hatch_definition(): Plot.Markish {
  return () => {
    const ns = "http://www.w3.org/2000/svg";
    const defs = document.createElementNS(ns, "defs");
    defs.innerHTML =
      '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<line x1="0" y1="0" x2="0" y2="7" stroke="var(--line)" stroke-width="1.4"/></pattern>';
    return defs as unknown as SVGElement;
  };
}
