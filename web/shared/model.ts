// Shapes that the report's data and the server's answers have in common.
import type { Text } from "./clock";

/** How a number is known; "" where nothing is said. */
export type Status = "seen" | "derived" | "recalled" | "assumed";

/** One line of a chart: an outcome's part; "" is the total over places or groups. */
export interface Cell {
  outcome: string;
  place: string;
  group: string;
}

/** A yearly point stands for a monthly mean at the middle of its year. */
export interface Observation extends Cell {
  source: string;
  status: Status;
  yearly: boolean;
  points: [month: number, value: number][];
}

/** `population` at the clock's start, 0 when not known. */
export interface Place {
  id: string;
  code: string;
  name: Text;
  kind: string;
  parent: string;
  population: number;
}

/** A policy or theory as readers choose it. */
export interface Described {
  name: string;
  title: Text;
  summary: Text;
}
