// Map shapes of the build ("virtual:map"), the projection, and codes of places.
import { geoMercator, geoPath, type GeoProjection } from "d3-geo";
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import topology from "virtual:map";

const topo = topology as Topology<Record<"departments" | "states" | "neighbours", GeometryCollection>>;
const layer = (name: "departments" | "states" | "neighbours") =>
  (feature(topo, topo.objects[name]) as FeatureCollection<Geometry>).features;

export const departments: Feature<Geometry>[] = layer("departments");
export const states: Feature<Geometry>[] = layer("states");
export const neighbours: Feature<Geometry>[] = layer("neighbours");

const corners = (west: number, south: number, east: number, north: number) => ({
  type: "MultiPoint" as const,
  coordinates: [
    [west, south],
    [east, north],
  ],
});

/** From the border to the three countries, or the three countries alone. */
export function projection(width: number, height: number, view: "road" | "home"): GeoProjection {
  const box = view === "road" ? corners(-118.2, 12.7, -83, 33.6) : corners(-92.5, 12.8, -82.8, 18.0);
  return geoMercator().fitExtent(
    [
      [4, 4],
      [width - 4, height - 4],
    ],
    box,
  );
}
export const outline = (p: GeoProjection) => geoPath(p);
