// Dot and interval chart: one row a policy, the paired difference as point, half and nine in ten.
import * as Plot from "@observablehq/plot";

export interface IntervalRow {
  label: string;
  color: string;
  q: number[];
  tip: string;
}

export function interval_chart(
  rows: IntervalRow[],
  width: number,
  format: (value: number) => string,
  label: string,
): Element {
  if (!rows.length) return document.createElement("div"); // a base of 0 has no percent; the words remain
  const narrow = width < 520;
  const limit = Math.max(
    ...rows.map((r) => Math.abs(r.q[2]) * 1.4),
    ...rows.map((r) => Math.max(Math.abs(r.q[1]), Math.abs(r.q[3])) * 1.6),
    1e-9,
  );
  const low = Math.max(-limit, Math.min(0, ...rows.map((r) => r.q[0])));
  const high = Math.min(limit, Math.max(0, ...rows.map((r) => r.q[4])));
  const pad = (high - low) * 0.04;
  const clamp = (v: number) => Math.min(high + pad, Math.max(low - pad, v));
  const margin = narrow ? 8 : Math.min(260, 16 + 7.2 * Math.max(...rows.map((r) => r.label.length)));
  const row_height = narrow ? 50 : 40;
  return Plot.plot({
    width,
    height: rows.length * row_height + 34,
    marginLeft: margin,
    marginRight: 14,
    marginTop: narrow ? 14 : 6,
    marginBottom: 28,
    style: { fontSize: "13px", background: "transparent", color: "var(--muted)", fontFamily: "inherit" },
    ariaLabel: label,
    x: {
      domain: [low - pad, high + pad],
      grid: true,
      label: null,
      ticks: Math.max(3, Math.min(7, width / 110)),
      tickFormat: (d: number) => format(d),
    },
    y: { domain: rows.map((r) => r.label), axis: narrow ? null : "left", label: null, tickSize: 0 },
    marks: [
      Plot.ruleX([0], { stroke: "var(--ink)", strokeOpacity: 0.6 }),
      Plot.ruleY(rows, {
        y: "label",
        x1: (r) => clamp(r.q[0]),
        x2: (r) => clamp(r.q[4]),
        stroke: (r) => r.color,
        strokeWidth: 2,
      }),
      Plot.ruleY(rows, {
        y: "label",
        x1: (r) => clamp(r.q[1]),
        x2: (r) => clamp(r.q[3]),
        stroke: (r) => r.color,
        strokeWidth: 7,
        strokeOpacity: 0.45,
      }),
      Plot.dot(rows, { y: "label", x: (r) => clamp(r.q[2]), fill: (r) => r.color, r: 5.5, title: "tip" }),
      narrow
        ? Plot.text(rows, {
            y: "label",
            text: "label",
            frameAnchor: "left",
            dy: -17,
            dx: 2,
            textAnchor: "start",
            fill: "var(--ink)",
            fontSize: 12.5,
            stroke: "var(--paper)",
            strokeWidth: 3,
          })
        : null,
    ],
    color: { type: "identity" },
  });
}
