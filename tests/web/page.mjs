// A report in Debian's Chromium, without any network: what the tests and the screenshots share.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const template = join(here, "../../web/report/dist/report.html");

/** The page to test: the file in CAUCE_REPORT (a real report), or the template with other data. */
export function page_with(data) {
  const folder = mkdtempSync(join(tmpdir(), "cauce-web-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "report.html");
  const html = readFileSync(template, "utf8");
  writeFileSync(
    path,
    html.replace("/*CAUCE_DATA*/", () => JSON.stringify(data).replaceAll("</", "<\\/")),
  );
  return path;
}

export const given_report = process.env.CAUCE_REPORT;

export async function start_browser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath))
    throw new Error(`no browser at ${executablePath}: install chromium or set CHROMIUM`);
  return chromium.launch({
    executablePath,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** Opens the file in a new context; `problems` gathers console errors and requests to the outside. */
export async function open(browser, path, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: "en-US",
    offline: true,
    ...options,
  });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") problems.push(`console: ${m.text()}`);
  });
  page.on("pageerror", (e) => problems.push(`error: ${e.message}`));
  page.on("request", (r) => {
    if (!/^(file|data|blob):/.test(r.url())) problems.push(`request: ${r.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector("main section, main .warning");
  return { page, problems, close: () => context.close() };
}

/** A row of a table of words: both languages, the same gaps to fill, and a count that takes its noun
 * with it in the singular and in the plural: {n|# future|# futures}. */
export function check_row(line) {
  const found = /^([\w-]+),("(?:[^"]|"")+"|[^",]+),("(?:[^"]|"")+"|[^",]+)$/.exec(line);
  assert.ok(found, line);
  const gaps = (text) => [...new Set(text.match(/(?<=\{)\w+(?=[}|])/g) ?? [])].sort().join();
  assert.equal(gaps(found[2]), gaps(found[3]), line);
  for (const text of found.slice(2)) {
    for (const [gap] of text.matchAll(/\{[^}]*\}/g)) assert.match(gap, /^\{\w+(\|[^|]+\|[^|]+)?\}$/, line);
    const bare = /\{(n|all|total|members|months|matches)\} (?!menos|más|antes)[a-záéíóú]+s\b/;
    assert.doesNotMatch(text, bare, line);
  }
}
