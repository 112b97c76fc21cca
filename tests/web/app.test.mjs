// The web app against a running `cauce serve`, in a real browser: every page in both languages at
// desktop and phone width, the main path, links, keyboard, exports, error states.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { final, open_app, pack_with_results, start_server } from "./app_server.mjs";
import { check_row, start_browser } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = ["explore", "why", "claims", "journeys", "evidence"];
let browser, server;
before(async () => {
  browser = await start_browser();
  server = await start_server(undefined, pack_with_results());
});
after(async () => {
  await browser?.close();
  server?.stop();
});

async function in_app(hash, options, check) {
  const opened = await open_app(browser, server.url, hash, options);
  try {
    await check(opened.page, opened.problems);
    assert.deepEqual(opened.problems, []);
    assert.deepEqual(await opened.page.evaluate(() => window.cauce_missing_strings()), []);
  } finally {
    await opened.close();
  }
}
/** Sets a lever as the mouse does: the value, then the event. */
const move = (page, name, value) =>
  page
    .locator(`input[data-lever="${name}"]`)
    .first()
    .evaluate((x, v) => {
      x.value = v;
      x.dispatchEvent(new Event("input", { bubbles: true }));
      x.dispatchEvent(new Event("change", { bubbles: true }));
    }, String(value));

test("strings: both languages, the same gaps to fill, each used and each that is used is there", () => {
  const folder = (name) => fileURLToPath(new URL(`../../web/${name}/`, import.meta.url));
  const rows = (name) =>
    readFileSync(folder(name) + "strings.csv", "utf8")
      .trim()
      .split("\n")
      .slice(1);
  const own = rows("app/src"),
    shared = rows("shared");
  const key = (line) => line.slice(0, line.indexOf(","));
  const keys = new Set([...own, ...shared].map(key));
  assert.equal(keys.size, own.length + shared.length, "a key is given twice");
  for (const line of [...own, ...shared]) check_row(line);
  const sources = readdirSync(folder("app/src"), { recursive: true })
    .filter((name) => /\.(ts|svelte)$/.test(name))
    .map((name) => readFileSync(folder("app/src") + name, "utf8"))
    .join("\n");
  const prefixes = [...sources.matchAll(/[`"]([a-z_]+_)(?:\$\{|")/g)].map((m) => m[1]);
  for (const line of own)
    assert.ok(
      sources.includes(`"${key(line)}"`) ||
        sources.includes(`'${key(line)}'`) ||
        prefixes.some((p) => key(line).startsWith(p)),
      `nothing uses '${key(line)}'`,
    );
  for (const [, used] of sources.matchAll(/\bt\(\s*["']([\w-]+)["']/g))
    assert.ok(keys.has(used), `no words for '${used}'`);
});

test("the first load is small and comes from the server alone", () =>
  in_app("", {}, async (page) => {
    await page.waitForSelector(".charts svg");
    const bytes = await page.evaluate(() =>
      [...performance.getEntriesByType("resource"), ...performance.getEntriesByType("navigation")].reduce(
        (sum, e) => sum + (e.encodedBodySize ?? 0),
        0,
      ),
    );
    assert.ok(bytes > 50e3 && bytes < 1.5e6, `${bytes} bytes`);
  }));

/** What axe finds serious or critical on the page as it stands. */
async function barriers(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ${v.nodes.slice(0, 2).map((n) => n.html.slice(0, 120)).join(" | ")}`);
  });
}

// What each page has when it is whole, as far as it needs no long run.
const ready = {
  explore: ".state.final",
  why: ".diagram svg, .diagram .stack",
  claims: ".list article",
  journeys: "form .button",
  evidence: ".stacks li",
};
for (const language of ["en", "es"]) {
  for (const [device, width, height] of [
    ["desktop", 1280, 900],
    ["phone", 320, 740],
  ]) {
    test(`${language}, ${device}: every page is whole, fits its width and has no serious barrier`, () =>
      in_app(`#/explore?l=${language}`, { width, height }, async (page) => {
        for (const name of pages) {
          await page.locator(`#nav-${name}`).click();
          await page.waitForSelector("main h1");
          await page.waitForSelector(ready[name], { state: "attached" });
          assert.equal(await page.getAttribute("html", "lang"), language);
          // The same elements in both languages: one language a width is enough for the barriers.
          const check = (language === "en") === (device === "desktop");
          const found = check ? await barriers(page) : [];
          assert.deepEqual(found, [], name);
          const wide = await page.evaluate(() => {
            const limit = document.documentElement.clientWidth;
            const inside = (x) => x.closest(".scroll, svg, .sr, nav, .skip, dialog");
            return [
              document.documentElement.scrollWidth - limit,
              [...document.querySelectorAll("body *")]
                .filter(
                  (x) =>
                    !inside(x) && x.getClientRects().length && x.getBoundingClientRect().right > limit + 1,
                )
                .map((x) => `${x.tagName}.${x.className}`)
                .slice(0, 4),
            ];
          });
          assert.deepEqual(wide, [0, []], name);
        }
      }));
  }

  test(`${language}: story, lever, quick answer, full run, undo, link`, () =>
    in_app(`#/explore?l=${language}`, {}, async (page) => {
      await final(page);
      const first = await page.innerText(".headline h1");
      assert.match(
        await page.innerText(".headline .under"),
        language === "en" ? /of 4 futures/ : /de 4 futuros/,
      );
      await page
        .getByRole("searchbox")
        .first()
        .fill(language === "en" ? "Enforcement at the US" : "Control en la frontera");
      // A value of its own in each language: what was asked before would be answered at once.
      await move(page, "border_enforcement", language === "en" ? 900 : 820);
      await page.waitForSelector(".state:not(.final)");
      assert.match(page.url(), /border_enforcement:v[\d.]+@2017-06/);
      await final(page);
      const link = page.url();
      const effect = await page.innerText(".board");
      // The same link in another browser gives the same numbers.
      await in_app(new URL(link).hash, {}, async (other) => {
        await final(other);
        assert.equal(await other.innerText(".board"), effect);
        assert.equal(new URL(other.url()).hash, new URL(link).hash);
      });
      while (!(await page.isDisabled("#undo"))) await page.click("#undo");
      await final(page);
      assert.equal(await page.innerText(".headline h1"), first);
      await page.click("#redo");
      assert.match(page.url(), /border_enforcement/);
    }));
}

// What somebody sees who opens the app for the first time, without scrolling: what came out, the chart
// of it, levers; on a phone the chart is whole within a screen and a half.
for (const language of ["en", "es"])
  for (const [device, width, height] of [
    ["laptop", 1280, 800],
    ["phone", 390, 844],
  ])
    test(`${language}, ${device}: the first screen holds the finding, its chart and levers`, () =>
      in_app(`#/explore?l=${language}`, { width, height }, async (page) => {
        await final(page);
        const box = (what) => page.locator(what).first().boundingBox();
        const bottom = async (what) => box(what).then((b) => b.y + b.height);
        assert.ok((await bottom(".headline h1")) < height / 2);
        // Events are counted here, not persons, and the words say so.
        const counts = language === "en" ? /(fewer|more) apprehensions,/ : /aprehensiones (menos|más),/;
        assert.match(await page.innerText(".headline .under"), counts);
        assert.doesNotMatch(await page.innerText(".headline"), /persons|personas [^s]/);
        assert.match(
          await page.locator(".charts figure").first().innerText(),
          language === "en" ? /apprehensions a month/ : /aprehensiones por mes/,
        );
        const chart = await bottom(".charts svg[role=img]");
        if (device === "laptop") {
          assert.ok(chart <= height, `the chart ends at ${chart}`);
          assert.equal(await box("aside select").then((b) => b.y < height / 4), true);
          const levers = await page
            .locator(".lever")
            .evaluateAll((all) => all.filter((x) => x.getBoundingClientRect().bottom <= innerHeight).length);
          assert.ok(levers >= 3, `${levers} levers`);
        } else {
          assert.ok(chart <= 1.5 * height, `the chart ends at ${chart}`);
          assert.ok((await bottom(".levers-button")) <= height);
        }
        // What only some will want is one press away, and says what it stands at.
        assert.equal(await page.locator("#theory").count(), 0);
        assert.match(
          await page.innerText(".says"),
          language === "en" ? /until December 2021/ : /hasta diciembre de 2021/,
        );
        await page.click("#settings");
        assert.equal(await page.getAttribute("#settings", "aria-expanded"), "true");
        await page.locator("#theory").waitFor();
        await page.reload();
        await page.locator("#theory").waitFor();
      }));

test("phone: the levers come as a sheet over the charts and a move draws", () =>
  in_app("", { width: 390, height: 800 }, async (page) => {
    await final(page);
    assert.equal(await page.locator(".rail").isVisible(), false);
    await page.click(".levers-button");
    assert.equal(await page.locator(".rail").isVisible(), true);
    const before_move = await page.innerText(".headline");
    await move(page, "transit_enforcement_mexico", 1000);
    await page.waitForFunction((text) => document.querySelector(".headline").innerText !== text, before_move);
    await page.locator(".sheet-head .button").click();
    assert.equal(await page.locator(".rail").isVisible(), false);
    // What was done can be undone, in one row.
    const rows = await page
      .locator(".doing button")
      .evaluateAll((all) => new Set(all.map((x) => Math.round(x.getBoundingClientRect().bottom / 8))).size);
    assert.equal(rows, 1);
  }));

test("two to four scenarios side by side; what differs is listed", () =>
  in_app("", {}, async (page) => {
    await page.click("#add-scenario");
    await final(page);
    assert.equal(await page.locator(".chip").count(), 2);
    assert.match(page.url(), /s=miami-agenda&s=rights-and-roots/);
    assert.ok((await page.locator(".differs thead th").count()) === 4);
    // Lines of the baseline and of both.
    assert.ok((await page.locator(".charts figure").first().locator("path.line").count()) >= 6);
    await page.click("#add-scenario");
    await page.click("#add-scenario");
    assert.equal(await page.locator("#add-scenario").count(), 0, "four are enough");
  }));

test("difference and level by one key; the reading line by arrows; a table for the chart", () =>
  in_app("", {}, async (page) => {
    await final(page);
    await page.locator("#main").focus();
    await page.keyboard.press("d");
    assert.match(page.url(), /[?&]d=1/);
    assert.equal(await page.getAttribute("#view-difference", "aria-pressed"), "true");
    await page.keyboard.press("d");
    const chart = page.locator(".charts figure").first();
    await chart.locator("svg[role=img]").focus();
    await page.keyboard.press("ArrowRight");
    assert.match(await chart.locator(".reading").innerText(), /July 2017 · Baseline/);
    await chart.locator(".tools button").first().click();
    await chart.locator("tbody tr").nth(89).waitFor();
    const cells = await chart.locator("tbody tr").nth(89).locator("th,td").allInnerTexts();
    assert.equal(cells[0], "2017-06");
    assert.ok(Number(cells[1]) > 0);
  }));

test("exports: SVG with its colours, PNG, CSV of the chart and of the run, the report", () =>
  in_app("", {}, async (page) => {
    await final(page);
    const tools = page.locator(".charts figure").first().locator(".tools");
    const file = async (button) => {
      const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
      return readFileSync(await download.path());
    };
    const svg = (await file(tools.getByText("SVG"))).toString();
    assert.match(svg, /^<svg/);
    assert.match(svg, /stroke="rgb\(/);
    assert.doesNotMatch(svg, /var\(--/);
    assert.equal((await file(tools.getByText("PNG"))).subarray(1, 4).toString(), "PNG");
    const csv = (await file(tools.getByText("CSV"))).toString();
    assert.match(csv, /^# .*\n# Cauce [\s\S]*Month,Baseline/);
    assert.match((await file(page.getByText("All results (CSV)"))).toString(), /policy,theory,variable/);
    const report = (await file(page.getByText("Report (HTML)"))).toString();
    assert.match(report, /<!doctype html>/i);
    // What was drawn from the calibration is said to be.
    const data = JSON.parse(/<script id="cauce-data"[^>]*>([^]*?)<\/script>/.exec(report)[1]);
    assert.equal(data.run.calibrated, true);
  }));

test("a link from another version warns; names that the pack does not know are left out", () =>
  in_app("#/explore?s=no-such-story~nosuchlever:v1@2018-01&c=nothing&th=nobody&v=0123", {}, async (page) => {
    assert.equal(await page.locator(".notice.old").count(), 1);
    await final(page);
    assert.doesNotMatch(page.url(), /nosuch/);
  }));

test("what a link asks for and the pack does not know is left out and said; the rest is answered", () =>
  in_app(
    "#/explore?s=miami-agenda~development_aid:v1.5@2018-01!Atlantis,tps:v0.5@2011-01,daca:v0.5@2018-13,military_aid:v0.5@2018-01&c=apprehensions.Atlantis&c=departures..aliens",
    {},
    async (page) => {
      await final(page);
      assert.match(await page.innerText(".notice.old"), /left out/);
      assert.match(page.url(), /s=miami-agenda~military_aid:v0\.5@2018-01&c=apprehensions&c=departures&/);
      await page.locator(".notice.old .link").click();
      assert.equal(await page.locator(".notice.old").count(), 0);
    },
  ));

test("what the server cannot answer is said, with a way to start afresh", async () => {
  const { page, close } = await open_app(browser, server.url, "#/explore?p=no%20such:3");
  await page.waitForSelector(".state .bad");
  assert.match(await page.innerText(".state .bad"), /no parameter/);
  await page.getByRole("button", { name: "Start afresh" }).click();
  await final(page);
  assert.doesNotMatch(page.url(), /p=no/);
  await close();
});

test("a link with a language opens in it, and the reader may still choose the other", () =>
  in_app("?lang=es#/claims", {}, async (page) => {
    await page.waitForSelector(".list article");
    assert.equal(await page.getAttribute("html", "lang"), "es");
    assert.equal(await page.innerText("#nav-claims"), "Afirmaciones");
    assert.match(page.url(), /\/#\/claims\?/);
    await page.click("#language-en");
    assert.equal(await page.innerText("#nav-claims"), "Claims");
    await page.goto(`${server.url}?lang=en#/claims?l=es`);
    await page.waitForSelector(".list article");
    assert.equal(await page.getAttribute("html", "lang"), "es", "what the state says comes first");
  }));

test("back, forward and reload show the page and the question that the address names", () =>
  in_app("#/explore?u=2018-12", {}, async (page) => {
    await page.waitForSelector(".charts svg");
    await page.click("#nav-claims");
    await page.waitForSelector(".list article");
    await page.click("#nav-evidence");
    await page.waitForSelector(".stacks li");
    await page.goBack();
    await page.waitForSelector(".list article");
    assert.equal(await page.getAttribute("#nav-claims", "aria-current"), "page");
    await page.goBack();
    await page.waitForSelector(".charts svg");
    await page.goForward();
    await page.waitForSelector(".list article");
    await page.reload();
    await page.waitForSelector(".list article");
    assert.match(page.url(), /#\/claims\?.*u=2018-12/);
  }));

test("es: a page without an answer says so in the reader's language, and asks again", async () => {
  const { page, close } = await open_app(browser, server.url, "#/explore?l=es");
  await page.waitForSelector(".charts svg");
  await page.route("**/api/**", (r) => r.abort());
  for (const name of ["claims", "journeys", "evidence"]) {
    await page.click(`#nav-${name}`);
    await page.waitForSelector("main .empty .link");
    assert.match(await page.locator("main .empty").first().innerText(), /El servidor local no responde/);
    assert.doesNotMatch(await page.innerText("main"), /Failed to fetch/);
  }
  await page.unroute("**/api/**");
  await page.locator("main .empty .link").click();
  await page.waitForSelector(".fit svg");
  assert.equal(await page.locator("main .empty .link").count(), 0);
  await close();
});

test("on paper the page is white, whatever the theme, and nothing is cut off by scrolling", () =>
  in_app("", { colorScheme: "dark" }, async (page) => {
    await final(page);
    await page.emulateMedia({ media: "print" });
    const paper = await page.evaluate(() => {
      const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const gray = (what) => {
        pen.fillStyle = what;
        pen.fillRect(0, 0, 1, 1);
        return pen.getImageData(0, 0, 1, 1).data[1];
      };
      const style = getComputedStyle(document.body);
      return {
        ink: gray(style.color),
        paper: gray(style.backgroundColor),
        cut: [...document.querySelectorAll(".scroll")].filter((x) => x.scrollHeight > x.clientHeight + 1)
          .length,
      };
    });
    assert.ok(paper.ink < 90 && paper.paper > 230, JSON.stringify(paper));
    assert.equal(paper.cut, 0);
  }));

test("a server that is gone is said, and asked again", async () => {
  const { page, close } = await open_app(browser, server.url);
  await final(page);
  await page.route("**/api/preview", (r) => r.abort());
  await page.route("**/api/run", (r) => r.abort());
  await move(page, "transit_enforcement_mexico", 100);
  await page.waitForSelector(".state .bad");
  assert.match(await page.innerText(".state .bad"), /cauce serve/);
  await page.unroute("**/api/preview");
  await page.unroute("**/api/run");
  await page.locator(".state .link").click();
  await final(page);
  await close();
});

test("the first visit is led through seven stops, once", async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "es-MX" });
  await context.addInitScript(() => Object.defineProperty(navigator, "webdriver", { get: () => false }));
  const page = await context.newPage();
  await page.goto(server.url);
  const card = page.locator('[aria-labelledby="tour-title"]');
  await card.waitFor();
  assert.equal(await page.getAttribute("html", "lang"), "es", "the browser's language is taken");
  for (let i = 0; i < 6; ++i) await card.locator(".button.main").click();
  assert.match(await card.innerText(), /7 de 7/i);
  await card.locator(".button.main").click();
  assert.equal(await card.count(), 0);
  await page.reload();
  // The tour opens, if it does, with the first page: when an answer stands there, it has not.
  await page.waitForSelector(".charts svg");
  assert.equal(await card.count(), 0);
  await context.close();
});

test("claims: filters, what is opposed stands beside, and a way into Explore", () =>
  in_app("#/claims", {}, async (page) => {
    await page.waitForSelector(".list article");
    const all = await page.locator(".list article").count();
    assert.ok(all > 10);
    await page.getByLabel("Search").fill("detention");
    await page.waitForFunction(() => document.querySelectorAll(".list article").length < 20);
    await page.getByLabel("Search").fill("");
    assert.ok((await page.locator("aside .against-one").count()) > 0);
    await page.locator(".list article .row .button").first().click();
    await page.waitForSelector(".charts");
    assert.match(page.url(), /#\/explore/);
  }));

test("claims: in Spanish, with statement, test, reason and what was compared; nothing stays English", () =>
  in_app("#/claims?l=es", {}, async (page) => {
    const first = page.locator(".list article").first();
    await first.waitFor();
    assert.match(await first.locator("blockquote").innerText(), /reprimir el crimen transfronterizo/);
    assert.match(await first.innerText(), /Prueba: con 30% más ayuda en seguridad frente a ningún cambio/);
    await first.locator("summary").click();
    assert.match(await first.innerText(), /con «30% más ayuda en seguridad» frente a «Nada nuevo/);
    await page.getByLabel("Quién habla").selectOption({ label: "carta de la sociedad civil (8)" });
    await page.getByLabel("Quién habla").selectOption("");
    // Accents do not count in a search, and what is told in Spanish is found by it.
    await page.getByLabel("Buscar").fill("rehagan segun el mercado");
    await page.waitForFunction(() => document.querySelectorAll(".list article").length === 1);
    await page.getByLabel("Buscar").fill("");
    while (await page.locator(".page > .button").count())
      await page.locator(".page > .button").first().click();
    assert.ok((await page.locator(".list article").count()) > 300);
    assert.deepEqual(await page.locator('.list [lang="en"]').allInnerTexts(), []);
  }));

test("claims: verdicts under each theory, the test in numbers, and its own scenario in Explore", () =>
  in_app("#/claims", {}, async (page) => {
    // What was tested stands first.
    const first = page.locator(".list article").first();
    await first.waitFor();
    assert.match(await first.innerText(), /theories disagree/);
    assert.match(await first.innerText(), /Test: under 30% more security aid versus no change, GDP growth/);
    assert.equal(await first.locator(".theories li").count(), 3);
    await first.locator("summary").click();
    assert.match(await first.innerText(), /higher by at least 5 %[\s\S]*Security aid up 30%[\s\S]*Observed/);
    // What is next to nothing beside its interval is no number, as the server says.
    assert.deepEqual(await first.locator(".test .value").allInnerTexts(), [
      "+6 % 90%",
      "−2 % 10%",
      "practically nothing 50%",
      "+4 %",
    ]);
    await page.getByLabel("Verdict", { exact: true }).selectOption("supported");
    assert.equal(await page.locator(".list article").count(), 0);
    await page.getByLabel("Verdict", { exact: true }).selectOption("disputed");
    await page.locator(".list article").getByText("Run this in Explore").click();
    await page.waitForSelector(".charts");
    assert.match(page.url(), /b=nothing&s=nothing~security_aid:f1.3@2017-06&/);
  }));

test("claims, phone: a test in numbers leaves room for the names of the theories", () =>
  in_app("#/claims?l=es", { width: 390, height: 844 }, async (page) => {
    await page.route("**/api/claims", async (route) => {
      const response = await route.fetch();
      // The longest unit there is.
      const text = (await response.text()).replaceAll('"unit":"percent"', '"unit":"1/year"');
      await route.fulfill({ response, body: text });
    });
    await page.reload();
    const first = page.locator(".list article").first();
    await first.waitFor();
    await first.locator("summary").click();
    const test_in_numbers = first.locator(".test");
    assert.match(await test_in_numbers.innerText(), /puntos porcentuales por año/);
    // Parts of one are told in hundredths.
    assert.equal(await test_in_numbers.locator(".value").first().innerText(), "+600 90%");
    const narrow = await test_in_numbers
      .locator("li > span:first-child")
      .evaluateAll((all) => all.map((x) => x.getBoundingClientRect().width).filter((w) => w < 150));
    assert.deepEqual(narrow, []);
  }));

test("draws and weights are chosen, said, and kept in the link", () =>
  in_app("#/explore?u=2018-12", {}, async (page) => {
    await final(page);
    await page.click("#settings");
    assert.match(page.url(), /_settings=1/, "what is unfolded stays so in the link");
    assert.match(await page.innerText("#rests"), /calibrated draws \(100 a theory/);
    await page.selectOption("#draws", "prior");
    await page.waitForSelector(".state:not(.final)");
    await page.selectOption("#theory", "mixture");
    await page.selectOption("#weights", { index: 1 });
    assert.match(page.url(), /th=mixture&dr=prior&w=[a-z-]+:0\.\d+/);
    assert.match(await page.innerText("#rests"), /shared out[\s\S]*%[\s\S]*drawn from the priors/);
    await final(page);
    const board = await page.innerText(".board");
    await in_app(new URL(page.url()).hash, {}, async (other) => {
      await final(other);
      assert.equal(await other.innerText(".board"), board);
    });
  }));

test("what is out of range warns and is reset; the change is replayed; an assumption is changed", () =>
  in_app("#/explore?u=2018-12&s=miami-agenda~transit_enforcement_mexico:v50@2017-06", {}, async (page) => {
    const warning = page.locator(".headline .notice");
    await warning.waitFor();
    assert.match(await warning.innerText(), /outside the range of evidence/);
    await warning.locator(".link").click();
    await page.waitForFunction(() => !/transit_enforcement/.test(location.hash));
    await warning.waitFor({ state: "detached" });
    // As it was before for a moment, and then as it is.
    await page.click("#replay");
    await page.waitForFunction(() => /transit_enforcement/.test(location.hash));
    await page.waitForFunction(() => !/transit_enforcement/.test(location.hash));
    await page.click("#settings");
    await page.getByRole("button", { name: "Assumptions" }).click();
    const first = page.locator(".assumptions li").first();
    await first.locator("input").evaluate((x) => {
      x.value = x.max;
      x.dispatchEvent(new Event("input", { bubbles: true }));
      x.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await page.getByRole("button", { name: "Assumptions (1)" }).waitFor();
    assert.equal(await page.locator(".assumptions li.changed").count(), 1);
    await final(page); // the end of a range is inside it: the server answers
    await first.getByText("Reset").click();
    await page.locator(".assumptions li.changed").waitFor({ state: "detached" });
  }));

test("the same policy under every theory; the map plays; the command that repeats the picture", () =>
  in_app("#/explore?u=2017-12", {}, async (page) => {
    await final(page);
    const theories = page.getByRole("figure", { name: "Under each theory" }).locator("li");
    await theories.first().scrollIntoViewIfNeeded();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('figure[aria-label="Under each theory"] li .value')].every((x) =>
        /\d/.test(x.innerText),
      ),
    );
    // One future is no futures, a thousand are written as such.
    assert.match(
      await page.getByRole("figure", { name: "Under each theory" }).innerText(),
      /1 future each, one simulated person for every 1,000 real ones/,
    );
    await theories.nth(1).locator("button").click();
    assert.match(page.url(), /[?&]th=/);
    await page.getByText("Repeat this picture with one command").click();
    assert.match(await page.locator("details pre").first().innerText(), /cauce compare .*--theory/);
    const play = page.getByRole("button", { name: "▶ Play" });
    await play.scrollIntoViewIfNeeded();
    const month = await page.locator(".when").innerText();
    await play.click();
    await page.waitForFunction((m) => document.querySelector(".when").innerText !== m, month);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "▶ Play" }).waitFor();
  }));

test("workshop: nothing is seen before the guess", () =>
  in_app("#/explore?u=2018-12", {}, async (page) => {
    await final(page);
    await page.click("#settings");
    await page.getByRole("button", { name: "Workshop" }).click();
    for (const hidden of [".headline", ".charts", ".board", 'figure[aria-label="Under each theory"]'])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    await page.locator(".workshop .button.main").click();
    assert.equal(await page.locator(".charts").isVisible(), true);
  }));

test("why: parts of the model add up, with the error of what was sampled", () =>
  in_app("#/why?_by=mechanisms&u=2017-12", {}, async (page) => {
    await page.waitForSelector(".parts li");
    await page.waitForFunction(
      () => !/Taking the difference apart/.test(document.querySelector("main").innerText),
      null,
      {
        timeout: 60000,
      },
    );
    assert.ok((await page.locator(".parts li").count()) > 2);
    assert.match(await page.innerText(".parts"), /The road[\s\S]*All together/);
    // One way to write the numbers of a list, whatever their size; the sentence says which way in words.
    for (const said of await page.locator(".parts li b").allInnerTexts())
      assert.match(said, /^[+−]?\d[\d,]*(\.\d+)?(\s?±\d[\d,]*(\.\d+)?)?$/);
    assert.match(await page.innerText(".lede"), /(fewer|more) apprehensions; .* (fewer|more)\)/);
    // On a phone too a number is not broken in two, nor its error.
    await page.setViewportSize({ width: 390, height: 844 });
    const broken = await page
      .locator(".parts li b, .parts li small")
      .evaluateAll((all) => all.filter((x) => x.scrollWidth > x.clientWidth + 1 && x.clientWidth > 0).length);
    assert.equal(broken, 0);
    assert.ok(
      await page
        .locator(".parts li small")
        .evaluateAll((all) =>
          all.every(
            (x) => x.getBoundingClientRect().height < 1.6 * parseFloat(getComputedStyle(x).lineHeight),
          ),
        ),
    );
  }));

test("a way from one page into another takes the keyboard along", () =>
  in_app("#/explore?u=2017-12", {}, async (page) => {
    await page.waitForSelector(".charts svg");
    await page.locator(".charts figure").first().getByText("Why?").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("#nav-why[aria-current=page]");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    // From the header the focus stays where it is.
    await page.locator("#nav-claims").focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".list article");
    assert.equal(await page.evaluate(() => document.activeElement.id), "nav-claims");
  }));

test("why: a variable leads to its equation, numbers and causes", () =>
  in_app("#/why?_var=remittances", {}, async (page) => {
    await page.waitForSelector("article pre");
    assert.ok((await page.locator("article pre").innerText()).length > 3);
    const node = page.locator(".node").first();
    const name = await node.getAttribute("title");
    await node.click();
    await page.waitForFunction((n) => document.querySelector("article h3")?.innerText === n, name);
    assert.match(decodeURIComponent(page.url().replace(/\+/g, " ")), new RegExp(`_var=${name}`));
    // Back leads to the variable before, not out of the page.
    await page.goBack();
    await page.waitForFunction(() => document.querySelector("article h3")?.innerText === "remittances");
    assert.equal(await page.getAttribute("#nav-why", "aria-current"), "page");
  }));

for (const [device, width] of [
  ["desktop", 1280],
  ["phone", 390],
]) {
  test(`why, ${device}: a reader of Spanish meets the variables in Spanish`, () =>
    in_app("#/why?l=es&_var=smuggler%20price", { width }, async (page) => {
      await page.waitForSelector("article pre");
      assert.equal(await page.innerText("article h3"), "precio del coyote");
      assert.equal(await page.innerText("article .own code"), "smuggler price");
      assert.match(await page.innerText("article"), /Precio de un viaje con coyote, adultos\./);
      const told = await page.evaluate(async () => (await fetch("api/variables")).json());
      const spanish = new Map(told.variables.map((v) => [v.name, v.title.es]));
      const nodes = await page.locator(".node").evaluateAll((all) =>
        all.map((node) => ({
          name: node.title,
          says: node.innerText,
          cut: [node, ...node.children].some(
            (e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1,
          ),
        })),
      );
      assert.ok(nodes.length > 4);
      for (const { name, says, cut } of nodes) {
        assert.equal(says, spanish.get(name), name);
        assert.notEqual(says, name);
        assert.equal(cut, false, `"${says}" is cut`);
      }
      assert.deepEqual(await barriers(page), []);
      // Both languages find it, with accents or without.
      for (const needle of ["extorsion", "Extorsión", "extortion"]) {
        await page.getByLabel("Buscar una variable").fill(needle);
        await page.getByRole("button", { name: "nivel de extorsión", exact: true }).waitFor();
      }
      await page.getByRole("button", { name: "nivel de extorsión", exact: true }).click();
      await page.waitForFunction(
        () => document.querySelector("article h3").innerText === "nivel de extorsión",
      );
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(over <= 0, `${over} pixels too wide`);
    }));
}

test("journeys: the streams of a cohort, and simulated lives with dated events", () =>
  in_app("#/journeys", {}, async (page) => {
    // A level stream has no height of its own: "attached" is all that can be waited for.
    await page.waitForSelector(".stream", { state: "attached", timeout: 30000 });
    assert.match(await page.innerText(".page"), /Settled again at home/);
    assert.match(await page.innerText("h1"), /What becomes/);
    await page.getByText("Find lives").click();
    await page.waitForSelector(".life ol li, .empty", { timeout: 30000 });
    assert.match(await page.innerText(".page"), /Simulated, not real|Nobody found/);
    // Names of stages do not lie over each other, and numbers on the map fit their marks.
    const over = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll("figure svg text")].map((x) => x.getBoundingClientRect());
      const apart = (a, b) =>
        a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 2 || b.bottom <= a.top + 2;
      return [
        boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a, b))).length,
        [...document.querySelectorAll(".life svg text")].filter(
          (x) => x.getBBox().width > x.previousElementSibling.getBBox().width,
        ).length,
      ];
    });
    assert.deepEqual(over, [0, 0]);
  }));

test("evidence: fit beside what was observed, sources, limits", () =>
  in_app("#/evidence", {}, async (page) => {
    await page.waitForSelector(".fit svg", { timeout: 60000 });
    // What is counted has its name and its period.
    assert.match(
      await page.locator(".fit", { hasText: "Apprehensions" }).first().innerText(),
      /apprehensions a month/,
    );
    assert.match(await page.innerText("h1"), /[\d,]+ of [\d,]+ observed figures/);
    await page.getByRole("button", { name: "Before it" }).click();
    assert.match(await page.innerText("h1"), /Before the decision/);
    await page.locator("summary").last().click();
    await page.waitForSelector(".sources li a");
    // The track record: a naive forecast has its own fan, and weights their ranges.
    await page.getByLabel("Forecast", { exact: true }).selectOption({ label: "last value" });
    await page.getByRole("heading", { name: /last value/ }).waitFor();
    assert.ok((await page.locator(".naive").count()) > 3);
    assert.match(await page.innerText(".sets"), /ex ante[\s\S]*\d+%/);
  }));

test("evidence: in Spanish, units too, word by word", () =>
  in_app("#/evidence?l=es", {}, async (page) => {
    await page.waitForFunction(() =>
      [...document.querySelectorAll("option")].some(
        (o) => o.textContent === "sigue la última tendencia (log)",
      ),
    );
    await page.evaluate(() =>
      document.querySelectorAll("main details:not([open]) > summary").forEach((x) => x.click()),
    );
    await page
      .locator("td", { hasText: /^personas\/persona$/ })
      .first()
      .waitFor({ state: "attached" });
    const text = await page.locator("main").textContent();
    assert.doesNotMatch(text, /random walk|AR\(1\) to the mean|persons/);
  }));

test("evidence: forecasts from several dates, each beside the naive ones, in words and as a table", () =>
  in_app("#/evidence", {}, async (page) => {
    const part = page.locator(".rolling");
    await part.waitFor();
    assert.match(await part.locator("h3").innerText(), /from 2 dates: The three countries/);
    // The best naive forecast is one that was made at every date.
    assert.match(
      await part.innerText(),
      /Open: let the data speak was nearer than the best naive forecast \(last value\) at 1 of 2 dates/,
    );
    assert.match(await part.innerText(), /from Jun 2015 to Jun 2016 [\s\S]*next 24 months/);
    const rows = await part
      .locator("tbody tr")
      .evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.innerText)));
    assert.deepEqual(rows, [
      ["late naive", "past counts only", "", "1,000", "0.01", "50%"],
      ["Open: let the data speak", "nothing later (ex ante)", "", "6,000", "0.30", "85%"],
      ["last value", "past counts only", "", "7,500", "0.40", "75%"],
    ]);
    // Each bar is the error at one date, on one scale.
    const bars = await part
      .locator("tbody tr")
      .nth(2)
      .locator("rect")
      .evaluateAll((all) => all.map((r) => Number(r.getAttribute("height"))));
    assert.ok(Math.abs(bars[0] / bars[1] - 0.3 / 0.5) < 1e-9);
    await part.getByText("Show as a table").click();
    await part.locator("figure table").nth(1).waitFor();
    assert.deepEqual(
      await part.locator("figure table").nth(1).locator("tbody tr").nth(1).locator("th,td").allInnerTexts(),
      ["Open: let the data speak", "nothing later (ex ante)", "6000", "0.3", "0.4", "0.2"],
    );
    await page.getByLabel("Series").selectOption({ label: "Families" });
    await page.waitForFunction(() => document.querySelectorAll(".rolling tbody tr").length === 2);
    assert.match(await part.locator("h3").innerText(), /from one date: Families/);
  }));

for (const language of ["en", "es"])
  test(`evidence, ${language}, phone: forecasts stand row by row, each value under its name, nothing sideways`, () =>
    in_app(`#/evidence?l=${language}`, { width: 390, height: 844 }, async (page) => {
      await page.locator(".rolling").waitFor();
      const tables = await page.locator("table.cards").evaluateAll((all) =>
        all.map((table) => ({
          sideways: table.parentElement.scrollWidth - table.parentElement.clientWidth,
          // What stands before a value on the phone is the heading of its column.
          agree: [...table.querySelectorAll("tbody tr")].every((row) =>
            [...row.querySelectorAll("td")].every(
              (cell) =>
                getComputedStyle(cell, "::before").content ===
                `"${table.querySelectorAll("thead th")[cell.cellIndex].innerText}"`,
            ),
          ),
          rows: table.querySelectorAll("tbody tr").length,
        })),
      );
      assert.equal(tables.length, 2);
      for (const { sideways, agree, rows } of tables) {
        assert.ok(sideways <= 0, `${sideways} pixels sideways`);
        assert.ok(agree && rows > 1);
      }
      // Naive forecasts have names that say what they do, in the reader's language.
      const names = await page.locator("table.cards tbody th").allInnerTexts();
      assert.ok(names.includes(language === "en" ? "same month last year" : "mismo mes del año pasado"));
    }));

test("evidence: a pack without scores at several dates shows none", () =>
  in_app("#/claims", {}, async (page) => {
    await page.route("**/api/hindcast", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), rolling: [] } });
    });
    await page.locator("#nav-evidence").click();
    await page.locator(".sets").waitFor();
    assert.equal(await page.locator(".rolling").count(), 0);
  }));

// In the light the pages are checked above, with everything else.
test("dark: contrast of what Explore shows", () =>
  in_app("", { colorScheme: "dark", reducedMotion: "reduce" }, async (page) => {
    await final(page);
    await page.evaluate(axe);
    const low = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { runOnly: ["color-contrast"] });
      return violations
        .flatMap((v) => v.nodes.map((n) => `${n.html.slice(0, 90)} ${n.any[0]?.message}`))
        .slice(0, 6);
    });
    assert.deepEqual(low, []);
  }));
