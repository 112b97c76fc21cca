// Builds dist/: index.html and hashed assets that `cauce serve` hands out, each with a compressed
// twin (.gz). `npm run dev` serves the page and passes /api on to a running `cauce serve`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { map_module } from "../shared/make_map.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

const compress = {
  name: "compressed-twins",
  apply: "build",
  closeBundle() {
    for (const name of readdirSync(join(folder, "dist"), { recursive: true })) {
      if (!/\.(html|js|css|svg|json)$/.test(name)) continue;
      const path = join(folder, "dist", name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "./",
  plugins: [map_module(folder), svelte(), compress],
  build: {
    target: "es2022",
    reportCompressedSize: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { fs: { allow: [".."] }, proxy: { "/api": "http://127.0.0.1:8017" } },
});
