// Makes sample/synthetic.json: MADE-UP numbers in the report's format, for work on the page when no
// results are at hand. Nothing in it was simulated or observed. `synthetic: true` makes the page
// say so in a banner; `cauce report` never writes that key. Not shipped, not committed.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let state = 20170615;
const uniform = () => ((state = (state * 1664525 + 1013904223) % 4294967296) + 0.5) / 4294967296;
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const round = (x) => Number(x.toPrecision(4));
const t = (en, es = en) => ({ en, es });

const months = 216,
  decision = 89,
  dataUntil = 143;
const policies = [
  ["as-enacted", "History as enacted", "La historia como fue"],
  ["held-2016", "The mix of 2016 goes on", "Sigue la mezcla de 2016"],
  ["miami-agenda", "The Miami agenda", "La agenda de Miami"],
  ["rights-and-roots", "Rights and roots", "Derechos y raíces"],
];
const countries = [
  ["Guatemala", "GT", "Guatemala"],
  ["Honduras", "HN", "Honduras"],
  ["El_Salvador", "SV", "El Salvador"],
];
const kinds = [
  ["adult", "Single adults", "Adultos solos"],
  ["family", "Families", "Familias"],
  ["child", "Children alone", "Niñez no acompañada"],
];
const codes = {
  GT: "GU PR SA CM ES SR SO TO QZ SU RE SM HU QC BV AV PE IZ ZA CQ JA JU",
  HN: "AT CH CL CM CP CR EP FM GD IN IB LP LE OC OL SB VA YO",
  SV: "AH CA CH CU LI PA UN MO SM SS SV SA SO US",
};
const places = [
  ...countries.map(([id, code, name]) => ({
    id,
    code,
    name: t(name),
    kind: "country",
    parent: "",
    population: 8e6,
  })),
  ...Object.entries(codes).flatMap(([c, list]) =>
    list
      .split(" ")
      .map((d) => ({
        id: `${c}_${d}`,
        code: `${c}-${d}`,
        name: t(`${c} ${d}`),
        kind: "department",
        parent: c,
        population: 4e5,
      })),
  ),
];
const outcome_list = [
  [
    "apprehensions",
    "Apprehensions at the US border",
    "Aprehensiones en la frontera de Estados Unidos",
    true,
    "persons/month",
    "border",
  ],
  ["departures", "Departures", "Salidas", true, "persons/month", "leaving"],
  ["mexico_returns", "Returns by Mexico", "Devoluciones desde México", true, "persons/month", "mexico"],
  ["road_deaths", "Deaths on the road", "Muertes en el camino", true, "persons/month", "harm"],
  ["victimised", "Severely victimised at home", "Victimización grave en casa", true, "persons/month", "harm"],
  [
    "removals",
    "Returned by the United States",
    "Devueltas por Estados Unidos",
    true,
    "persons/month",
    "return",
  ],
  ["court_wait", "Wait for a decision", "Espera de una decisión", false, "month", "abroad"],
  ["remittances", "Remittances", "Remesas", true, "USD/month", "home"],
];
const level = {
  apprehensions: 14000,
  departures: 32000,
  mexico_returns: 9000,
  road_deaths: 60,
  victimised: 30000,
  removals: 8000,
  court_wait: 20,
  remittances: 1.6e9,
};
const outcomes = outcome_list.map(([name, en, es, flow, unit, section]) => ({
  name,
  title: t(en, es),
  doc: t(`${en} (synthetic).`, `${es} (sintético).`),
  unit,
  section,
  flow,
  persons: unit.startsWith("persons"),
  observed: ["apprehensions", "mexico_returns", "removals", "remittances"].includes(name),
  groups: ["apprehensions", "departures"].includes(name) ? kinds.map(([id]) => id) : [],
}));

const truth = (m) =>
  Math.exp(
    0.25 * Math.sin((m / 12) * 2 * Math.PI) +
      0.006 * m +
      (m >= 48 && m < 56 ? 0.7 : 0) -
      (m >= 84 ? 1.5 * Math.exp(-(m - 84) / 9) : 0) +
      (m > 104 && m < 115 ? 0.9 : 0) -
      (m > 122 && m < 134 ? 1.2 : 0),
  );
const z = [-1.645, -0.674, 0, 0.674, 1.645];
function make_series(policy, outcome, place, group, size) {
  const p = policies.findIndex(([n]) => n === policy),
    start = p === 0 ? 0 : decision,
    q = z.map(() => []);
  for (let m = start; m < months; ++m) {
    const ahead = Math.max(0, m - decision),
      sd = 0.12 + 0.4 * (1 - Math.exp(-ahead / 20));
    const drift = p === 0 ? 0 : [0, 0.25, -0.15, -0.3][p] * (1 - Math.exp(-ahead / 14));
    z.forEach((s, i) => q[i].push(round(size * truth(m) * Math.exp(drift + s * sd))));
  }
  return { policy, outcome, place, group, start, q };
}
const series = [],
  observations = [];
const share = { Guatemala: 0.42, Honduras: 0.33, El_Salvador: 0.25, adult: 0.5, family: 0.35, child: 0.15 };
for (const [policy] of policies)
  for (const o of outcomes) {
    series.push(make_series(policy, o.name, "", "", level[o.name]));
    if (o.name === "court_wait") continue;
    for (const [c] of countries) series.push(make_series(policy, o.name, c, "", level[o.name] * share[c]));
    if (!o.groups.length) continue;
    for (const [k] of kinds) {
      series.push(make_series(policy, o.name, "", k, level[o.name] * share[k]));
      for (const [c] of countries)
        series.push(make_series(policy, o.name, c, k, level[o.name] * share[c] * share[k]));
    }
  }
for (const o of outcomes.filter((o) => o.observed))
  for (const [c] of [[""], ...countries])
    for (const [k] of [[""], ...(o.groups.length ? kinds : [])]) {
      const points = [];
      for (let m = 33; m <= dataUntil; ++m)
        points.push([
          m,
          Math.round(
            level[o.name] * (c ? share[c] : 1) * (k ? share[k] : 1) * truth(m) * Math.exp(0.15 * normal()),
          ),
        ]);
      observations.push({
        outcome: o.name,
        place: c,
        group: k,
        source: "synthetic",
        status: "seen",
        yearly: false,
        points,
      });
    }
const effects = [];
for (const [p, [policy]] of policies.entries())
  if (p)
    for (const o of outcomes) {
      const percent = z.map((s) => round(100 * ([0, 0.25, -0.15, -0.3][p] + 0.2 * s))),
        base = level[o.name] * (o.flow ? 54 : 1);
      const lower = Math.round(100 * (p === 1 ? 0.11 : p === 2 ? 0.77 : 0.93));
      effects.push({
        policy,
        outcome: o.name,
        place: "",
        group: "",
        from: decision,
        until: dataUntil,
        base: round(base),
        value: round(base * (1 + percent[2] / 100)),
        difference: percent.map((x) => round((base * x) / 100)),
        percent,
        lower,
        higher: 100 - lower,
        equal: 0,
      });
    }
const flows = [];
for (const [p, [policy]] of policies.entries()) {
  const start = p ? decision : 0;
  const values = (size) =>
    Array.from({ length: months - start }, (_, i) =>
      Math.round(size * truth(start + i) * (1 + 0.1 * normal())),
    );
  for (const d of places.filter((x) => x.kind === "department"))
    flows.push({ policy, kind: "place", id: d.id, start, values: values(1200 * uniform() ** 2) });
  for (const [s, size] of [
    ["pacific", 6000],
    ["central", 9000],
    ["gulf", 14000],
  ])
    flows.push({ policy, kind: "corridor", id: s, start, values: values(size) });
}
const nodes = [
  ["tecun_uman", "crossing", 14.68, -92.14, "pacific"],
  ["tijuana", "sector", 32.5, -117, "pacific"],
  ["hermosillo", "town", 29.07, -110.95, "pacific"],
  ["guadalajara", "town", 20.67, -103.35, "pacific"],
  ["oaxaca", "town", 17.06, -96.72, "central"],
  ["mexico_city", "town", 19.43, -99.13, "central"],
  ["torreon", "town", 25.54, -103.4, "central"],
  ["el_paso", "sector", 31.76, -106.48, "central"],
  ["el_ceibo", "crossing", 17.25, -90.98, "gulf"],
  ["coatzacoalcos", "town", 18.14, -94.46, "gulf"],
  ["tampico", "town", 22.25, -97.86, "gulf"],
  ["mcallen", "sector", 26.2, -98.23, "gulf"],
].map(([name, kind, latitude, longitude, corridor]) => ({
  name,
  kind,
  latitude,
  longitude,
  corridor,
  sector: kind === "sector" ? name : "",
}));
const links = [
  ["tecun_uman", "oaxaca", "pacific"],
  ["oaxaca", "guadalajara", "pacific"],
  ["guadalajara", "hermosillo", "pacific"],
  ["hermosillo", "tijuana", "pacific"],
  ["tecun_uman", "oaxaca", "central"],
  ["oaxaca", "mexico_city", "central"],
  ["mexico_city", "torreon", "central"],
  ["torreon", "el_paso", "central"],
  ["el_ceibo", "coatzacoalcos", "gulf"],
  ["coatzacoalcos", "tampico", "gulf"],
  ["tampico", "mcallen", "gulf"],
].map(([from, to, corridor]) => ({ from, to, corridor, mode: "road", assumed: corridor === "central" }));
const fates = policies.map(([policy], p) => ({
  policy,
  from: decision,
  until: dataUntil,
  departures: 1.9e6,
  base: 100000,
  links: [
    { from: "left", to: "mexico_apprehended", value: 30000 + 3000 * p },
    { from: "left", to: "road_death", value: 180 },
    { from: "left", to: "border", value: 61000 - 3000 * p },
    { from: "left", to: "elsewhere", value: 8820 },
    { from: "mexico_apprehended", to: "mexico_returned", value: 25000 },
    { from: "mexico_apprehended", to: "mexico_stays", value: 5000 + 3000 * p },
    { from: "border", to: "port", value: 7000 },
    { from: "border", to: "apprehended", value: 42000 - 3000 * p },
    { from: "border", to: "undetected", value: 11900 },
    { from: "border", to: "crossing_death", value: 100 },
    { from: "apprehended", to: "repatriated", value: 16000 },
    { from: "apprehended", to: "released", value: 19000 - 3000 * p },
    { from: "apprehended", to: "hhs", value: 7000 },
    { from: "port", to: "repatriated", value: 1000 },
    { from: "port", to: "released", value: 6000 },
  ],
}));
const targets = [
  ["Families, Guatemala", "Familias, Guatemala", true],
  ["Fall of early 2017", "Caída de inicios de 2017", false],
  ["Asylum claims in Mexico", "Solicitudes de asilo en México", false],
].map(([en, es, hit], i) => ({
  name: t(en, es),
  outcome: "apprehensions",
  place: "",
  group: "",
  calibrated: i === 0,
  from: "2013-10",
  until: "2021-12",
  after: !hit,
  months: 99,
  observed: 812000,
  q05: 610000 + 3e5 * i,
  median: 790000 + 3e5 * i,
  q95: 960000 + 3e5 * i,
  inside: 0.87 - 0.3 * i,
  hit,
  source: "synthetic",
  status: "seen",
}));
const data = {
  format: 1,
  synthetic: true,
  title: t("Northern Triangle to the United States", "Triángulo Norte a Estados Unidos"),
  clock: { from: "2010-01", months, decision, dataUntil },
  run: {
    command:
      "cauce compare systems/northern-triangle --policy as-enacted --policy held-2016 --members 100 --seed 1",
    version: "0.1.0",
    pack: "northern-triangle",
    packVersion: "0.1",
    theory: "open",
    members: 100,
    seed: "1",
    scale: 1,
    calibrated: false,
    generated: "2026-11-24",
    inputs: [
      ["system.toml", "0123456789abcdef"],
      ["conditions.xmile", "fedcba9876543210"],
    ],
    resultHash: "00112233aabbccdd",
  },
  base: "as-enacted",
  headline: ["apprehensions", "departures", "road_deaths"],
  policies: policies.map(([name, en, es], i) => ({
    name,
    title: t(en, es),
    summary: t(`${en}: a synthetic summary.`, `${es}: un resumen sintético.`),
    extends: i ? "nothing" : "",
    before: 3,
    actions: i
      ? [
          {
            lever: t("Enforcement in Mexico", "Control en México"),
            actor: "mx",
            from: "2017-09",
            until: "",
            place: "",
            change: "factor",
            amount: 1.3,
            unit: "dmnl",
            rampMonths: 6,
            why: t("A reason", "Una razón"),
            source: "synthetic",
            status: i === 2 ? "assumed" : "seen",
          },
        ]
      : [],
  })),
  theories: [
    {
      name: "open",
      title: t("Open", "Abierta"),
      summary: t("Wide priors.", "Rangos amplios."),
      used: true,
      changes: [],
      cuts: [],
    },
  ],
  places,
  outcomes,
  series,
  observations,
  effects,
  targets,
  nodes,
  links,
  flows,
  fates,
  parameters: [
    ["season amplitude", "amplitud de la temporada", "adult", 1.2, 0.9, 1.5, "assumed"],
    ["birth rate", "tasa de natalidad", "Guatemala", 0.026, null, null, "seen"],
  ].map(([name, es, element, value, low, high, status]) => ({
    name,
    title: { en: name, es },
    element,
    value,
    low,
    high,
    unit: "dmnl",
    distribution: low ? "normal" : "fixed",
    status,
    source: "synthetic",
    note: { en: "", es: "" },
    sector: "Leaving",
  })),
  sources: [
    {
      id: "synthetic",
      title: "Made-up figures",
      publisher: "nobody",
      date: "2026",
      url: "https://example.org/",
      note: { en: "", es: "" },
      uses: 12,
    },
  ],
};
const path = join(dirname(fileURLToPath(import.meta.url)), "synthetic.json");
writeFileSync(path, JSON.stringify(data));
console.log(`${path}: ${Math.round(JSON.stringify(data).length / 1024)} KB of made-up numbers`);
