// node app_screenshots.mjs FOLDER [NAME]: the app's pages and their panels (opened) on desktop and
// phones, light and dark, both languages, cut into screens to look at. Takes the server at CAUCE_URL
// or starts one. NAME: only shots whose name holds it.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { final, open_app, start_server } from "./app_server.mjs";
import { start_browser } from "./page.mjs";

const folder = process.argv[2] ?? "screenshots",
  only = process.argv[3] ?? "";
mkdirSync(folder, { recursive: true });
const [browser, server] = await Promise.all([start_browser(), start_server()]);
const open_details = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
/** What is opened on each page before its picture is taken. */
const shots = {
  explore: ["#/explore?", (page) => final(page)],
  compared: [
    "#/explore?s=miami-agenda&s=rights-and-roots&s=nothing&th=mixture&d=1&",
    async (page) => {
      await final(page);
      await page.click("#settings");
      await page.getByRole("button", { name: /^(Assumptions|Supuestos)/ }).click();
      await page.getByRole("button", { name: /^(Workshop|Taller)/ }).click();
    },
  ],
  levers: [
    "#/explore?_lever=border_enforcement&",
    async (page) => {
      await final(page);
      if (await page.locator(".levers-button").isVisible()) await page.click(".levers-button");
    },
  ],
  why: ["#/why?", (page) => page.waitForSelector(".parts li", { timeout: 60000 })],
  mechanisms: [
    "#/why?_by=mechanisms&",
    async (page) => {
      await page.waitForSelector(".parts li", { timeout: 60000 });
      await page.getByRole("button", { name: /loops at work|ciclos en acción/ }).click();
      await page.waitForSelector(".loops", { timeout: 90000 });
    },
  ],
  variable: ["#/why?_var=remittances&", (page) => page.waitForSelector("article pre")],
  claims: [
    "#/claims?",
    async (page) => {
      await page.waitForSelector(".list article");
      await open_details(page);
    },
  ],
  journeys: [
    "#/journeys?",
    async (page) => {
      await page.waitForSelector(".facts", { timeout: 60000 });
      await page.locator("form .button.main").click();
      await page.waitForSelector(".life, .empty", { timeout: 60000 });
    },
  ],
  evidence: [
    "#/evidence?",
    async (page) => {
      await page.waitForSelector(".fit svg", { timeout: 60000 });
    },
  ],
};
for (const [width, scheme, language] of [
  [1360, "light", "en"],
  [1360, "dark", "es"],
  [390, "light", "es"],
  [320, "dark", "en"],
]) {
  for (const [name, [hash, prepare]] of Object.entries(shots)) {
    const file = `${name}-${width}-${scheme}-${language}`;
    if (!file.includes(only)) continue;
    const screen = width > 800 ? 1100 : 900;
    const { page, problems, close } = await open_app(browser, server.url, `${hash}l=${language}`, {
      width,
      height: screen,
      colorScheme: scheme,
    });
    await prepare(page);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    for (let i = 0; i * (screen - 60) < Math.min(height, 7 * screen); ++i) {
      await page.evaluate((y) => scrollTo(0, y), i * (screen - 60));
      await page.waitForTimeout(i === 0 ? 300 : 700);
      await page.screenshot({ path: join(folder, `${file}-${i}.png`) });
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (problems.length || wide > 0) console.log(file, { wide, problems });
    await close();
  }
}
await browser.close();
server.stop();
