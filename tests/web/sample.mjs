// A small report for the tests: MADE-UP numbers, three policies, the shapes that real data have
// (missing percentages, several sources in one cell, a text that tries to end the script).
const t = (en, es = `${en} (es)`) => ({ en, es });
const months = 60,
  decision = 30,
  dataUntil = 47;
const countries = ["Guatemala", "Honduras", "El_Salvador"],
  kinds = ["adult", "family", "child"];
const wave = (m, size) => Math.round(size * (1 + 0.3 * Math.sin(m / 2)));
const quantiles = (start, size) =>
  [0.5, 0.8, 1, 1.3, 2].map((f) =>
    Array.from({ length: months - start }, (_, i) => wave(start + i, size * f)),
  );

export function sample() {
  const policies = ["as-enacted", "held", "other"];
  const outcomes = [
    ["apprehensions", "persons/month", "border", true, true, kinds],
    ["departures", "persons/month", "leaving", true, false, []],
    ["court_wait", "month", "abroad", false, false, []],
  ];
  const series = [],
    effects = [],
    flows = [],
    observations = [];
  for (const policy of policies) {
    const start = policy === "as-enacted" ? 0 : decision;
    for (const [name, , , , , groups] of outcomes) {
      for (const place of name === "court_wait" ? [""] : ["", ...countries])
        for (const group of ["", ...groups]) {
          series.push({ policy, outcome: name, place, group, start, q: quantiles(start, 1000) });
        }
      if (policy !== "as-enacted") {
        effects.push({
          policy,
          outcome: name,
          place: "",
          group: "",
          from: decision,
          until: dataUntil,
          base: 18000,
          value: 15000,
          difference: [-9000, -5000, -3000, -1000, 2000],
          percent: name === "court_wait" ? [null, null, null, null, null] : [-50, -30, -17, -5, 11],
          lower: 89,
          higher: 11,
          equal: 0,
        });
      }
    }
    for (const [kind, ids] of [
      ["place", ["GT_GU", "HN_CR"]],
      ["corridor", ["Gulf"]],
      ["sector", ["Rio_Grande_Valley"]],
    ]) {
      for (const id of ids)
        flows.push({
          policy,
          kind,
          id,
          start,
          values: Array.from({ length: months - start }, (_, i) => wave(start + i, 500)),
        });
    }
  }
  for (const place of ["", ...countries])
    for (const group of ["", ...kinds]) {
      observations.push({
        outcome: "apprehensions",
        place,
        group,
        source: "one;two",
        status: "seen",
        yearly: false,
        points: Array.from({ length: 30 }, (_, i) => [18 + i, wave(18 + i, 1100)]),
      });
    }
  const target = (name, hit, after) => ({
    name: t(name),
    outcome: "apprehensions",
    place: "Guatemala",
    group: "family",
    calibrated: !after,
    from: "2016-01",
    until: "2018-12",
    after,
    months: 30,
    observed: 30000,
    q05: hit ? 20000 : 40000,
    median: 45000,
    q95: 60000,
    inside: 0.7,
    hit,
    source: "one;two",
    status: "seen",
  });
  return {
    format: 1,
    title: t("A test report"),
    clock: { from: "2015-01", months, decision, dataUntil },
    run: {
      command: "cauce compare pack --policy as-enacted",
      version: "0.1.0",
      pack: "test",
      packVersion: "",
      theory: "open",
      members: 100,
      seed: "18446744073709551615",
      scale: 1,
      calibrated: false,
      generated: "2026-11-24",
      inputs: [["system.toml", "0123"]],
      resultHash: "abcd",
    },
    base: "as-enacted",
    headline: ["apprehensions", "departures"],
    policies: policies.map((name, i) => ({
      name,
      title: t(`Policy ${name}`),
      summary: t("</script><script>window.broken = true</script>"),
      extends: "",
      before: 2,
      actions: i
        ? [
            {
              lever: t("Lever"),
              actor: "us",
              from: "2017-07",
              until: i === 1 ? "2018-07" : "",
              place: i === 1 ? "Honduras" : "",
              change: ["value", "factor", "add"][i],
              amount: 1.3,
              unit: "dmnl",
              rampMonths: i,
              why: t("Why"),
              source: "one",
              status: "assumed",
            },
          ]
        : [],
    })),
    theories: [
      { name: "open", title: t("Open"), summary: t("Wide."), used: true, changes: [], cuts: [] },
      {
        name: "roots",
        title: t("Roots"),
        summary: t("Roots."),
        used: false,
        changes: [{ parameter: "p", element: "", text: "1 (0 – 2)", why: t("Why") }],
        cuts: ["q"],
      },
    ],
    places: [
      ...countries.map((id, i) => ({
        id,
        code: ["GT", "HN", "SV"][i],
        name: t(id.replace("_", " "), id.replace("_", " ")),
        kind: "country",
        parent: "",
        population: 1e7,
      })),
      {
        id: "GT_GU",
        code: "GT-GU",
        name: t("Guatemala", "Guatemala"),
        kind: "department",
        parent: "Guatemala",
        population: 3e6,
      },
      {
        id: "HN_CR",
        code: "HN-CR",
        name: t("Cortés", "Cortés"),
        kind: "department",
        parent: "Honduras",
        population: 1.5e6,
      },
    ],
    outcomes: outcomes.map(([name, unit, section, flow, observed, groups]) => ({
      name,
      title: t(`The ${name}`),
      doc: t(`About ${name}.`),
      unit,
      section,
      flow,
      persons: flow,
      observed,
      groups,
    })),
    series,
    observations,
    effects,
    targets: [target("Hit", true, false), target("Missed", false, true)],
    nodes: [
      { name: "A", kind: "crossing", latitude: 14.7, longitude: -92, corridor: "Gulf", sector: "" },
      {
        name: "B",
        kind: "sector",
        latitude: 26.2,
        longitude: -98.2,
        corridor: "Gulf",
        sector: "Rio_Grande_Valley",
      },
    ],
    links: [{ from: "A", to: "B", corridor: "Gulf", mode: "road", assumed: true }],
    flows,
    fates: policies.map((policy) => ({
      policy,
      from: decision,
      until: dataUntil,
      departures: 5e5,
      base: 100000,
      links: [
        { from: "left", to: "border", value: 70000 },
        { from: "left", to: "mexico_apprehended", value: 30000 },
        { from: "border", to: "apprehended", value: 70000 },
      ],
    })),
    parameters: [
      {
        name: "p",
        title: { en: "p", es: "pe" },
        element: "Guatemala",
        value: 1,
        low: 0,
        high: 2,
        unit: "dmnl",
        distribution: "normal",
        status: "assumed",
        source: "one",
        note: { en: "", es: "" },
        sector: "Leaving",
      },
      {
        name: "q",
        title: { en: "q", es: "cu" },
        element: "",
        value: 2,
        low: null,
        high: null,
        unit: "1/month",
        distribution: "fixed",
        status: "seen",
        source: "two",
        note: { en: "", es: "" },
        sector: "Border",
      },
    ],
    sources: [
      {
        id: "one",
        title: "One",
        publisher: "P",
        date: "2017",
        url: "https://example.org/one",
        note: { en: "", es: "" },
        uses: 3,
      },
      { id: "two", title: "Two", publisher: "P", date: "2018", url: "", note: { en: "", es: "" }, uses: 0 },
    ],
  };
}
