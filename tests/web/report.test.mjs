// The report in a real browser: both languages whole, every chart with its table, keyboard alone,
// narrow screens, contrast, print. CAUCE_REPORT=FILE tests a report that `cauce report` wrote
// instead of the sample.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { check_row, given_report, open, page_with, start_browser } from "./page.mjs";
import { sample } from "./sample.mjs";

let browser, path;
before(async () => {
  browser = await start_browser();
  path = given_report ?? page_with(sample());
});
after(() => browser.close());

/** Opens the report, runs `check`, and expects no error, warning or request to the outside. */
async function in_page(options, check) {
  const opened = await open(browser, path, options);
  await check(opened.page);
  assert.deepEqual(opened.problems, []);
  await opened.close();
}
const missing = (page) => page.evaluate(() => window.cauce_missing_strings());
const open_all = (page) =>
  page.evaluate(() =>
    document.querySelectorAll("details").forEach((x) => {
      x.open = true;
    }),
  );

test("the page stands without network, errors or warnings, and data cannot break out", () =>
  in_page({}, async (page) => {
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.broken), undefined);
    assert.ok((await page.locator("main section").count()) >= 11);
    assert.equal(await page.locator(".synthetic").count(), 0, "a written report is not marked synthetic");
  }));

test("strings.csv: every key has both languages and is used", () => {
  const root = fileURLToPath(new URL("../../web/report/src/", import.meta.url));
  const table = readFileSync(`${root}strings.csv`, "utf8").trim().split("\n").slice(1);
  const keys = table.map((line) => line.slice(0, line.indexOf(",")));
  assert.equal(new Set(keys).size, keys.length, "a key is given twice");
  for (const line of table) check_row(line);
  const sources = readdirSync(root, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(`${root}${name}`, "utf8"))
    .join("\n");
  // Families of keys are asked for by a prefix: t(`status_${...}`), words("fate_", ...).
  const prefixes = [...sources.matchAll(/[`"]([a-z_]+_)(?:\$\{|")/g)].map((m) => m[1]);
  for (const key of keys)
    assert.ok(
      sources.includes(`"${key}"`) || prefixes.some((prefix) => key.startsWith(prefix)),
      `nothing uses '${key}'`,
    );
});

for (const language of ["en", "es"]) {
  test(`language ${language}: no missing word, state kept`, () =>
    in_page({}, async (page) => {
      await page.check("#check-log");
      await page.click(`#language-${language}`);
      assert.equal(await page.getAttribute("html", "lang"), language);
      assert.equal(await page.isChecked("#check-log"), true, "the choice is kept over the switch");
      for (const key of [
        "country",
        "kind",
        "compare",
        "effect-outcome",
        "map-policy",
        "fate",
        "explore-outcome",
      ]) {
        const select = page.locator(`#choice-${key}`);
        if ((await select.count()) === 0) continue;
        for (const value of await select.locator("option").evaluateAll((all) => all.map((x) => x.value)))
          await select.selectOption(value);
      }
      await open_all(page);
      await page.waitForTimeout(200);
      assert.deepEqual(await missing(page), []);
      const text = await page.innerText("body");
      assert.doesNotMatch(text, /\{\w+\}|undefined|NaN|\[object/);
      if (language === "es") assert.doesNotMatch(text, /\b(Show as a table|futures|Apprehended by the US)\b/);
    }));
}

test("every chart is labelled and has its numbers as a table", () =>
  in_page({}, async (page) => {
    await page.waitForTimeout(300);
    await open_all(page);
    await page.waitForTimeout(300);
    const figures = await page.$$eval("figure", (all) =>
      all.map((f) => ({
        name: f.querySelector("figcaption")?.textContent ?? "",
        drawn: f.querySelector(".canvas")?.childElementCount ?? 0,
        rows: f.querySelectorAll("details.table tbody tr").length,
        headings: f.querySelectorAll("details.table thead th").length,
      })),
    );
    assert.ok(figures.length >= 5);
    for (const f of figures) {
      assert.ok(f.name.length > 3 && f.drawn > 0 && f.headings > 1 && f.rows > 0, JSON.stringify(f));
    }
    assert.deepEqual(
      await page.$$eval(
        "svg[role=img], .canvas > svg",
        (all) => all.filter((x) => !x.getAttribute("aria-label")).length,
      ),
      0,
    );
  }));

test("the table of the main chart says what the data say", async () => {
  if (given_report) return;
  await in_page({}, async (page) => {
    await page.waitForTimeout(200);
    await page.locator("#apprehensions figure details.table summary").first().click();
    // The table is filled when it opens, which the page may do a moment after the click.
    const line = page.locator("#apprehensions figure").first().locator("tbody tr").nth(20);
    await line.waitFor();
    const row = await line.locator("th,td").allTextContents();
    const data = sample(),
      series = data.series[0];
    assert.deepEqual(row, [
      "2016-09",
      ...[2, 0, 1, 3, 4].map((i) => String(series.q[i][20])),
      String(data.observations[0].points[2][1]),
    ]);
  });
});

test("policies are compared in words that agree with the numbers", async () => {
  if (given_report) return;
  await in_page({}, async (page) => {
    const text = await page.innerText("#short");
    assert.match(text, /fewer in 89 of 100 futures/);
    assert.match(text, /middle −17%, nine in ten between −50% and \+11%/);
    const missed = await page.innerText("tr.missed");
    assert.match(missed, /missed: model too high/);
  });
});

test("the keyboard alone reaches and works every control", () =>
  in_page({}, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const reached = new Set();
    for (let i = 0; i < 150; ++i) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    for (const id of ["language-es", "choice-country", "check-log", "map-month", "SUMMARY"])
      assert.ok(reached.has(id), id);
    const month = await page.locator(".time .month").textContent();
    await page.focus("#map-month");
    await page.keyboard.press("ArrowRight");
    assert.notEqual(await page.locator(".time .month").textContent(), month);
    assert.equal(
      await page.locator("#map-month").getAttribute("aria-valuetext"),
      await page.locator(".time .month").textContent(),
    );
    await page.focus("#language-es");
    await page.keyboard.press("Enter");
    assert.equal(
      await page.evaluate(() => document.activeElement.id),
      "language-es",
      "focus stays on the switch",
    );
  }));

test("play moves the months and pause stops them", () =>
  in_page({}, async (page) => {
    const before_play = await page.inputValue("#map-month");
    await page.click(".play");
    await page.waitForTimeout(700);
    await page.click(".play");
    const stopped = await page.inputValue("#map-month");
    assert.ok(Number(stopped) > Number(before_play));
    await page.waitForTimeout(400);
    assert.equal(await page.inputValue("#map-month"), stopped);
  }));

test("a source link opens the folded list at its row", () =>
  in_page({}, async (page) => {
    await page.locator("#targets .refs a").first().click();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "TR");
    assert.equal(await page.locator("#all-sources").getAttribute("open"), "");
  }));

test("what can be chosen is named for what it is: all places of places, all groups of groups", () =>
  in_page({}, async (page) => {
    await page.selectOption("#choice-explore-outcome", "apprehensions");
    const first = (id) => page.locator(`#choice-${id} option`).first().innerText();
    assert.equal(await first("explore-group"), "All groups");
    assert.equal(await first("explore-place"), "All places");
  }));

for (const width of [320, 390, 768]) {
  test(`${width} px: nothing overflows sideways`, () =>
    in_page({ width, height: 800 }, async (page) => {
      for (const language of ["es", "en"]) {
        await page.click(`#language-${language}`);
        await open_all(page);
        await page.waitForTimeout(300);
        const wide = await page.evaluate(() => {
          const limit = document.documentElement.clientWidth;
          const inside = (x) => x.closest(".scroll") || x.closest("svg") || x.closest(".sr");
          return [
            document.documentElement.scrollWidth - limit,
            [...document.querySelectorAll("body *")]
              .filter((x) => !inside(x) && x.getBoundingClientRect().right > limit + 1)
              .map((x) => `${x.tagName}.${x.className}`)
              .slice(0, 5),
          ];
        });
        assert.deepEqual(wide, [0, []], language);
      }
    }));
}

for (const scheme of ["light", "dark"]) {
  test(`${scheme}: text keeps a contrast of 4.5 to 1`, () =>
    in_page({ colorScheme: scheme }, async (page) => {
      const low = await page.evaluate(() => {
        const channel = (v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const rgb = (text) => text.match(/[\d.]+/g).map(Number);
        const background = (x) => {
          for (; x; x = x.parentElement) {
            const c = rgb(getComputedStyle(x).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c;
          }
          return [255, 255, 255];
        };
        const found = [];
        for (const x of document.querySelectorAll(
          "p, li, th, td, h1, h2, h3, a, label, button, summary, figcaption, small, dt, dd",
        )) {
          if (!x.textContent.trim() || x.closest("svg") || x.closest(".skip, .sr")) continue;
          const style = getComputedStyle(x);
          const [a, b] = [luminance(rgb(style.color)), luminance(background(x))].sort((p, q) => q - p);
          if ((a + 0.05) / (b + 0.05) < 4.5)
            found.push(`${x.tagName}.${x.className}: ${style.color} ${x.textContent.slice(0, 30)}`);
        }
        return [...new Set(found)].slice(0, 8);
      });
      assert.deepEqual(low, []);
    }));
}

test("printed: charts, no controls, folded lists left out, pages of A4", () =>
  in_page({}, async (page) => {
    const pdf = await page.pdf({ format: "A4" });
    assert.ok(pdf.length > 30000);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".controls").first().isVisible(), false);
    assert.equal(await page.locator("nav").isVisible(), false);
    assert.equal(await page.locator("figure .canvas svg").first().isVisible(), true);
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      "rgb(255, 255, 255)",
    );
  }));

test("an empty template says what is the matter instead of showing nothing", async () => {
  const { template } = await import("./page.mjs");
  const { page, close } = await open(browser, template);
  assert.match(await page.innerText("main"), /cauce report/);
  await close();
});

test("the page is painted from one file of less than two megabytes", (t) =>
  in_page({}, async (page) => {
    const shown = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    );
    assert.ok(shown > 0, "something is painted");
    t.diagnostic(`first paint after ${Math.round(shown)} ms (aim 2000)`);
    if (!given_report) assert.ok(statSync(path).size < 2e6, `the file has ${statSync(path).size} bytes`);
  }));
