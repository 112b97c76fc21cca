// `cauce serve` for the tests: started on a free port with ensembles small enough to answer at once.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const small = ["--members", "4", "--scale", "400", "--preview-members", "1", "--preview-scale", "1000"];

/** Starts the server; `url` ends with "/". CAUCE_URL names one that runs already. */
export async function start_server(sizes = small) {
  if (process.env.CAUCE_URL) return { url: process.env.CAUCE_URL, stop: () => undefined };
  const program = process.env.CAUCE ?? join(root, "build/release/bin/cauce");
  if (!existsSync(program)) throw new Error(`no program at ${program}: build it or set CAUCE`);
  const child = spawn(program, ["serve", process.env.CAUCE_PACK ?? "systems/northern-triangle", "--port", "0", ...sizes], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const url = await new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the server did not start: ${said}`)), 60000);
    const hear = (chunk) => {
      said += chunk;
      const found = /http:\/\/[\d.:]+\//.exec(said);
      if (found) {
        clearTimeout(timer);
        done(found[0]);
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => fail(new Error(`the server ended with ${code}: ${said}`)));
  });
  return { url, stop: () => child.kill("SIGTERM") };
}

/** Opens a page of the app; `problems` gathers errors and requests to anywhere but the server. */
export async function open_app(browser, url, hash = "", { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: "en-US", ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") problems.push(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => problems.push(`error: ${e.message}`));
  page.on("request", (r) => {
    if (!r.url().startsWith(url) && !/^(data|blob):/.test(r.url())) problems.push(`request: ${r.url()}`);
  });
  await page.goto(url + hash);
  await page.waitForSelector("footer");
  return { page, problems, close: () => context.close() };
}

/** Waits until the full run of the active scenario is in. */
export const final = (page) => page.waitForSelector(".state.final", { timeout: 60000 });
