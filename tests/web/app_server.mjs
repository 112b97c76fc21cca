// `cauce serve` for the tests: started on a free port with ensembles small enough to answer at once.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

const small = ["--members", "4", "--scale", "1000", "--preview-members", "1", "--preview-scale", "1000"];

/** Scores at two dates, as `cauce hindcast --rolling` writes them: the model is nearer at the second. */
export const rolling_scores = [
  "origin,forecaster,kind,knowledge,series,months,crps,crps_log,log_score,inside_50,inside_90,first_year_ratio",
  "2015-06,open,theory,ex ante,all,24,5000,0.40,0.9,0.5,0.75,1.2",
  "2016-06,open,theory,ex ante,all,24,7000,0.20,0.9,0.5,0.95,1.1",
  "2015-06,last value,baseline,,all,24,6000,0.30,0.9,0.5,1,1.3",
  "2016-06,last value,baseline,,all,24,9000,0.50,0.9,0.5,0.5,0.8",
  "2016-06,late naive,baseline,,all,24,1000,0.01,0.9,0.5,0.5,0.8",
  "2016-06,open,theory,ex ante,family,24,1000,0.60,0.9,0.5,0.9,1",
];

/** A copy of the pack with the verdicts on one claim and scores at two dates, as `cauce claims --out`
 * and `cauce hindcast --rolling` write them; what the pack itself has stored may change, this does not.
 * Gone when the process ends. */
export function pack_with_results() {
  const folder = mkdtempSync(join(tmpdir(), "cauce-pack-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "systems/northern-triangle"), folder, { recursive: true });
  rmSync(join(folder, "verdicts"), { recursive: true, force: true });
  mkdirSync(join(folder, "verdicts"));
  const verdict = (probability, middle) => ({
    probability,
    right_way: probability,
    q05: middle - 1,
    q50: middle,
    q95: middle + 1,
    members: 10,
  });
  const of = { open: verdict(0.9, 6), roots: verdict(0.1, -2), structural: verdict(0.5, 0.001) };
  const part = {
    part: "",
    arm: "security-aid-up",
    against: "nothing",
    outcome: "gdp_growth",
    place: "",
    group: "",
    from: "2021-01",
    until: "2021-12",
    direction: "higher",
    margin: 5,
    value: null,
    unit: "percent",
    note: "",
    verdicts: of,
    observed: { effect: 4, agrees: false, before_after: true, series: "growth" },
  };
  const probability = Object.fromEntries(Object.entries(of).map(([name, v]) => [name, v.probability]));
  writeFileSync(join(folder, "posterior/rolling.csv"), `${rolling_scores.join("\n")}\n`);
  const claims = [{ id: "organisers-security-brings-prosperity", probability, parts: [part] }];
  writeFileSync(join(folder, "verdicts/claims.json"), JSON.stringify({ members: 10, claims }));
  return folder;
}

/** Starts the server; `url` ends with "/". CAUCE_URL names one that runs already. */
export async function start_server(sizes = small, pack = process.env.CAUCE_PACK ?? "systems/northern-triangle") {
  if (process.env.CAUCE_URL) return { url: process.env.CAUCE_URL, stop: () => undefined };
  const program = process.env.CAUCE ?? join(root, "build/release/bin/cauce");
  if (!existsSync(program)) throw new Error(`no program at ${program}: build it or set CAUCE`);
  const child = spawn(program, ["serve", pack, "--port", "0", ...sizes], {
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

// One context a kind of screen: what was loaded once is in its cache for the next page.
const contexts = new Map();
async function context_for(browser, options) {
  const key = JSON.stringify(options);
  if (!contexts.has(key)) contexts.set(key, browser.newContext(options));
  return contexts.get(key);
}

/** Opens a page of the app; `problems` gathers errors and requests to anywhere but the server. */
export async function open_app(browser, url, hash = "", { width = 1280, height = 900, ...options } = {}) {
  const context = await context_for(browser, { viewport: { width, height }, locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90000); // other tests may share the processors
  const problems = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") problems.push(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => problems.push(`error: ${e.message}`));
  page.on("request", (r) => {
    if (!r.url().startsWith(url) && !/^(data|blob):/.test(r.url())) problems.push(`request: ${r.url()}`);
  });
  await page.addInitScript(() => localStorage.clear());
  await page.goto(url + hash);
  await page.waitForSelector("footer");
  return { page, problems, close: () => page.close() };
}

/** Waits until the full run of the active scenario is in. */
export const final = (page) => page.waitForSelector(".state.final");
