// node bench_lever.mjs [MOVES]: milliseconds in the browser from a lever's move until the first chart
// is painted with the first months of its quick answer, with the whole of it, and with the full run.
// Starts `cauce serve` with its standard ensembles (or takes the server at CAUCE_URL). Prints; asserts
// nothing.
import { final, open_app, start_server } from "./app_server.mjs";
import { start_browser } from "./page.mjs";

const moves = Number(process.argv[2] ?? 20);
const [browser, server] = await Promise.all([start_browser(), start_server([])]);
const { page, close } = await open_app(browser, server.url, "");
await page.waitForSelector(".state.final", { timeout: 600000 });

/** Moves a lever as a hand does; when each stage of the first chart was painted, and when the work of
 * the move itself was done. */
const measure = (name, value) =>
  page.evaluate(
    ([lever, v]) =>
      new Promise((done) => {
        const input = document.querySelector(`input[data-lever="${lever}"]`);
        const figure = document.querySelector(".charts figure");
        const start = performance.now();
        const painted = {};
        const since = () => performance.now() - start;
        const seen = (stage) =>
          requestAnimationFrame(() => {
            const channel = new MessageChannel(); // its message comes when the frame has been painted
            channel.port1.onmessage = () => {
              painted.first ??= since();
              if (stage !== "growing") painted.whole ??= since();
              if (painted.whole) finish();
            };
            channel.port2.postMessage(0);
          });
        const watch = new MutationObserver(() => seen(figure.querySelector(".fan")?.dataset.stage));
        const finish = () => {
          watch.disconnect();
          clearTimeout(late);
          done(painted);
        };
        const late = setTimeout(finish, 60000);
        watch.observe(figure, { subtree: true, childList: true, attributeFilter: ["d"] });
        input.value = String(v);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
        setTimeout(() => (painted.handled = since()));
      }),
    [name, value],
  );

// Processor time of the page's own thread: what other processes do on the machine does not count.
const tracer = await page.context().newCDPSession(page);
await tracer.send("Performance.enable", { timeDomain: "threadTicks" });
const thread_ms = async () => {
  const { metrics } = await tracer.send("Performance.getMetrics");
  return 1000 * metrics.find((m) => m.name === "TaskDuration").value;
};

const levers = await page.$$eval("input[data-lever]", (all) => all.map((x) => x.dataset.lever));
const times = { handled: [], first: [], whole: [], full: [] };
let thread = 0;
for (let i = 0; i < moves; ++i) {
  const name = levers[i % Math.min(6, levers.length)];
  const started = performance.now();
  const before = await thread_ms();
  const painted = await measure(name, 150 + ((i * 337) % 800));
  thread += (await thread_ms()) - before;
  for (const key of Object.keys(painted)) times[key].push(painted[key]);
  if (i % 5 === 4) {
    await final(page);
    times.full.push(performance.now() - started);
  }
}
const show = (name, all) => {
  const s = [...all].sort((a, b) => a - b);
  const at = (p) => Math.round(s[Math.min(s.length - 1, Math.floor(p * s.length))]);
  console.log(`${name}: median ${at(0.5)} ms, 9 in 10 under ${at(0.9)}, longest ${at(1)} (${s.length})`);
};
show("the page's own work after a move", times.handled);
console.log(`processor time of the page's thread until the whole quick answer: ${Math.round(thread / moves)} ms a move`);
show("lever to the first months in the first chart", times.first);
show("lever to the whole quick answer there", times.whole);
show("lever to the full run", times.full);
await close();
await browser.close();
server.stop();
