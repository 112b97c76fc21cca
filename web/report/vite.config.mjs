// Builds one HTML file without any reference to the outside: dist/report.html, the template that
// `cauce report` fills. `npm run dev` serves the page with sample/synthetic.json in it.
import { existsSync, readFileSync, renameSync } from "node:fs";
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { make_map } from "./tools/make_map.mjs";

const marker = "/*CAUCE_DATA*/";
const sample = new URL("./sample/synthetic.json", import.meta.url);

export default defineConfig({
  plugins: [
    {
      name: "map",
      resolveId: (id) => (id === "virtual:map" ? "\0map" : undefined),
      load: (id) => (id === "\0map" ? `export default ${JSON.stringify(make_map())}` : undefined),
    },
    {
      name: "sample-while-developing",
      apply: "serve",
      transformIndexHtml: (html) =>
        existsSync(sample)
          ? html.replace(marker, () => readFileSync(sample, "utf8").replaceAll("</", "<\\/"))
          : html,
    },
    viteSingleFile({ removeViteModuleLoader: true }),
    {
      name: "name-of-the-template",
      apply: "build",
      closeBundle: () => renameSync("dist/index.html", "dist/report.html"),
    },
  ],
  build: { target: "es2020", chunkSizeWarningLimit: 2000, reportCompressedSize: false },
});
