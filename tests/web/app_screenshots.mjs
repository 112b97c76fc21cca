// node app_screenshots.mjs FOLDER: every page of the app, desktop and phone, light and dark, both
// languages, to look at. Takes the server at CAUCE_URL or starts one.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open_app, start_server } from "./app_server.mjs";
import { start_browser } from "./page.mjs";

const folder = process.argv[2] ?? "screenshots";
mkdirSync(folder, { recursive: true });
const [browser, server] = await Promise.all([start_browser(), start_server()]);
for (const [width, scheme, language] of [
  [1360, "light", "en"],
  [1360, "dark", "es"],
  [390, "light", "es"],
  [390, "dark", "en"],
]) {
  for (const name of ["explore", "why", "claims", "journeys", "evidence"]) {
    const { page, problems, close } = await open_app(browser, server.url, `#/${name}?l=${language}`, {
      width,
      height: 900,
      colorScheme: scheme,
    });
    await page.waitForTimeout(4000);
    await page.evaluate(async () => {
      for (let y = 0; y < document.body.scrollHeight; y += 500) {
        scrollTo(0, y);
        await new Promise((r) => setTimeout(r, 120));
      }
      scrollTo(0, 0);
    });
    await page.waitForTimeout(3000);
    await page.screenshot({
      path: join(folder, `${name}-${width}-${scheme}-${language}.png`),
      fullPage: true,
    });
    if (problems.length) console.log(name, width, problems);
    await close();
  }
}
await browser.close();
server.stop();
