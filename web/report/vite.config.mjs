// Builds one HTML file without any reference to the outside: dist/report.html, the template that
// `cauce report` fills. `npm run dev` serves the page with sample/synthetic.json in it.
import { existsSync, readFileSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";
import { map_module } from "../shared/make_map.mjs";

const marker = "/*CAUCE_DATA*/";
const sample = new URL("./sample/synthetic.json", import.meta.url);

export default defineConfig({
  plugins: [
    map_module(fileURLToPath(new URL(".", import.meta.url))),
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
