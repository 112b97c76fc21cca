// node bench_lever.mjs [MOVES]: milliseconds in the browser from a lever's move to the first chart
// drawn with its quick answer, and to the full run with its bands. Starts `cauce serve` with its
// standard ensembles (or takes the server at CAUCE_URL). Prints; asserts nothing.
import { final, open_app, start_server } from "./app_server.mjs";
import { start_browser } from "./page.mjs";

const moves = Number(process.argv[2] ?? 20);
const [browser, server] = await Promise.all([start_browser(), start_server([])]);
const { page, close } = await open_app(browser, server.url, "");
await page.waitForSelector(".state.final", { timeout: 600000 });

/** Moves a lever and waits in the page, frame by frame, for what `state` says has been drawn. */
const measure = (name, value) =>
  page.evaluate(
    ([lever, v]) =>
      new Promise((done) => {
        const input = document.querySelector(`input[data-lever="${lever}"]`);
        const path = () =>
          [...document.querySelectorAll(".charts figure:first-of-type path.line")]
            .map((p) => p.getAttribute("d"))
            .join();
        const before = path();
        const start = performance.now();
        input.value = String(v);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
        const look = () => {
          if (path() !== before) requestAnimationFrame(() => done(performance.now() - start));
          else if (performance.now() - start > 60000) done(NaN);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    [name, value],
  );

const levers = await page.$$eval("input[data-lever]", (all) => all.map((x) => x.dataset.lever));
const quick = [],
  full = [];
for (let i = 0; i < moves; ++i) {
  const name = levers[i % Math.min(6, levers.length)];
  const started = performance.now();
  quick.push(await measure(name, 150 + ((i * 337) % 800)));
  if (i % 5 === 4) {
    await final(page);
    full.push(performance.now() - started);
  }
}
const show = (name, all) => {
  const s = all.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (p) => Math.round(s[Math.min(s.length - 1, Math.floor(p * s.length))]);
  console.log(
    `${name}: median ${at(0.5)} ms, 9 in 10 under ${at(0.9)} ms, longest ${at(1)} ms (${s.length} of ${all.length})`,
  );
};
show("lever to first chart", quick);
show("lever to full run", full);
await close();
await browser.close();
server.stop();
