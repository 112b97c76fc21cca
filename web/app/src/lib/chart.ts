// What the charts of lines and bands share: which part of the values is shown, ticks, labels that
// keep apart.
import type { Bands } from "./api";

export interface Line {
  id: string;
  label: string;
  color: string;
  start: number; // month index of the first value
  q: Bands | { q05: (number | null)[]; q50: (number | null)[]; q95: (number | null)[] };
  band: boolean;
  ghost?: boolean; // the baseline
  quick?: boolean; // of a few members
}

const values = (row: (number | null)[] | undefined) => (row ?? []).filter((v): v is number => v !== null);

/** Lowest and highest value shown. Wide upper edges are cut at a multiple of what matters most, so
 * that one wild future does not press the rest to the floor; `cut` then says how high they go. */
export function extent(
  lines: Line[],
  points: [number, number][],
  zero: boolean,
): { low: number; high: number; cut?: number } {
  let core = -Infinity,
    edge = -Infinity,
    low = Infinity,
    lowest = Infinity;
  for (const line of lines) {
    const q = line.q as Partial<Bands>;
    for (const v of values(q.q50)) ((core = Math.max(core, v)), (low = Math.min(low, v)));
    if (!line.band) continue;
    for (const v of values(q.q75)) core = Math.max(core, v * 0.85);
    for (const v of values(q.q95)) edge = Math.max(edge, v);
    for (const v of values(q.q05)) lowest = Math.min(lowest, v);
  }
  for (const [, v] of points) ((core = Math.max(core, v)), (low = Math.min(low, v)));
  if (!Number.isFinite(core)) return { low: 0, high: 1 };
  if (zero) {
    // Differences: both sides of zero matter.
    const high = Math.max(core, Number.isFinite(edge) ? edge : core, 0);
    const bottom = Math.min(low, Number.isFinite(lowest) ? lowest : low, 0);
    const pad = (high - bottom || 1) * 0.06;
    return { low: bottom - pad, high: high + pad };
  }
  edge = Math.max(edge, core);
  const high = Math.max(Math.min(edge, core * 1.6), core * 1.05) || 1;
  const floor = Math.min(low, Number.isFinite(lowest) ? lowest : low);
  return { low: floor < 0 ? floor : 0, high, cut: edge > high * 1.02 ? edge : undefined };
}

/** Moves labels apart: the nearest positions to `wanted` at least `gap` apart, within low..high. */
export function apart(wanted: number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((y, i) => ({ y: Math.min(high, Math.max(low, y)), i })).sort((a, b) => a.y - b.y);
  for (let round = 0; round < 60; ++round) {
    let moved = false;
    for (let k = 1; k < order.length; ++k) {
      const lack = gap - (order[k].y - order[k - 1].y);
      if (lack <= 0.01) continue;
      order[k - 1].y = Math.max(low, order[k - 1].y - lack / 2);
      order[k].y = Math.min(high, order[k - 1].y + gap);
      moved = true;
    }
    if (!moved) break;
  }
  const out: number[] = [];
  for (const { y, i } of order) out[i] = y;
  return out;
}
