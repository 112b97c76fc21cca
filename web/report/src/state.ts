// What the reader chose. Kept in one place so that switching the language keeps it.
import type { Lookup } from "./data";

export interface State {
  compare: string; // policy drawn beside the base, or ""
  country: string;
  group: string;
  log: boolean;
  effect_outcome: string;
  effect_period: string;
  map_policy: string;
  map_month: number;
  map_rate: boolean;
  fate_policy: string;
  judged_forecaster: string;
  judged_series: string;
  explore_outcome: string;
  explore_place: string;
  explore_group: string;
  explore_a: string;
  explore_b: string;
}

export function initial_state(lookup: Lookup): State {
  const { data } = lookup;
  const others = data.policies.filter((p) => p.name !== data.base);
  const headline = data.headline.find((name) => lookup.outcome(name)) ?? data.outcomes[0]?.name ?? "";
  // Something new to begin with, best with observations beside it.
  const others_of = data.outcomes.filter((o) => !data.headline.includes(o.name));
  const explore = (others_of.find((o) => o.observed) ?? others_of[0])?.name ?? headline;
  return {
    compare: "",
    country: "",
    group: "",
    log: false,
    effect_outcome: headline,
    effect_period: "",
    map_policy: data.base,
    map_month: Math.min(data.clock.decision, data.clock.months - 1),
    map_rate: false,
    fate_policy: data.base,
    judged_forecaster: "",
    judged_series: "",
    explore_outcome: explore,
    explore_place: "",
    explore_group: "",
    explore_a: data.base,
    explore_b: others[0]?.name ?? "",
  };
}
