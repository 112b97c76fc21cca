// Months as indices: 0 is the first month of a clock.

export interface Text {
  en: string;
  es: string;
}

export interface Clock {
  from: string; // "2010-01"
  months: number;
  decision: number; // month index from which policies differ
  dataUntil: number; // last month with observed drivers
}

/** "2017-06" of a month index. */
export function month_text(clock: Pick<Clock, "from">, index: number): string {
  const [year, month] = clock.from.split("-").map(Number);
  const all = year * 12 + month - 1 + index;
  return `${Math.floor(all / 12)}-${String((all % 12) + 1).padStart(2, "0")}`;
}

/** The index of "2017-06"; the inverse of month_text. */
export function month_index(clock: Pick<Clock, "from">, text: string): number {
  const [year, month] = clock.from.split("-").map(Number);
  const [y, m] = text.split("-").map(Number);
  return (y - year) * 12 + (m || 1) - month;
}

export function month_date(clock: Pick<Clock, "from">, index: number): Date {
  const [year, month] = month_text(clock, index).split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, 1));
}
