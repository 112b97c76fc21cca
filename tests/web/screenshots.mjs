// node screenshots.mjs REPORT.html FOLDER [light|dark] [en|es]: pictures of every section, desktop and phone, to look at.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, start_browser } from "./page.mjs";

const [report, folder, scheme = "light", language = "en"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await start_browser();
for (const [name, width] of [
  ["desktop", 1280],
  ["phone", 390],
]) {
  const { page, problems, close } = await open(browser, report, { width, height: 900, colorScheme: scheme });
  if (language === "es") await page.click("#language-es");
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}-top.png`) });
  for (const id of await page.$$eval("main section", (all) => all.map((x) => x.id))) {
    await page.locator(`#${id}`).screenshot({ path: join(folder, `${name}-${id}.png`) });
  }
  if (problems.length) console.log(name, problems);
  await close();
}
await browser.close();
