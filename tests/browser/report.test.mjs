// The HTML report in a real browser: it renders and reacts, is accessible, loads nothing, and shows hostile names as text.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

import { launch } from "./chromium.mjs";
import { HOSTILE, HOSTILE_REASON, crowdedReport, hostileReport, sampleReport, workFolder } from "./reports.mjs";

const SAMPLES = ["endpoint-rejects", "ecs-fields-v7", "silent-drop"];
const CROWD = 60;
const WIDE = { width: 1280, height: 800 };
const PAPER = { width: 718, height: 1040 }; // A4 within a browser's margins
const NARROW = { width: 360, height: 740 };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
const reports = {};

before(async () => {
  const work = workFolder();
  for (const name of SAMPLES) reports[name] = sampleReport(work, name);
  reports.several = sampleReport(work, ...SAMPLES);
  reports.hostile = hostileReport(work);
  reports.crowded = crowdedReport(work, CROWD);
  browser = await launch();
});

after(() => browser?.close());

// Opens a report, runs `look` on it, and fails if the page logged a message, opened a dialog or loaded anything.
async function open(name, options, look) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  const events = [];
  page.on("console", (message) => events.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => events.push(`error: ${error}`));
  page.on("dialog", (dialog) => { events.push(`dialog: ${dialog.message()}`); return dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== reports[name]) events.push(`request: ${request.url()}`); });
  try {
    await page.goto(reports[name]);
    await look(page, context);
    assert.deepEqual(events, []);
  } finally {
    await context.close();
  }
}

async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

const unfoldAll = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
const firstColumn = (page, table) => page.locator(`${table} > tbody:not([hidden]) > tr:first-child > th`).allInnerTexts();

describe("every report", () => {
  for (const name of [...SAMPLES, "several", "hostile", "crowded"]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const viewport of [WIDE, NARROW]) {
        test(`${name}, ${colorScheme}, ${viewport.width} wide`, () => open(name, { colorScheme, viewport }, async (page) => {
          await assert.doesNotReject(page.getByRole("heading", { level: 1 }).waitFor());
          assert.deepEqual(await violations(page), []);
          await unfoldAll(page);
          assert.deepEqual(await violations(page), []);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= viewport.width, `${width} wide`);
        }));
      }
    }
  }

  for (const name of SAMPLES) {
    test(`${name} shows verdict and fix without scrolling`, () => open(name, {}, async (page) => {
      for (const heading of [page.locator("article h2").first(), page.getByRole("heading", { name: "What to do" }).first()]) {
        const box = await heading.boundingBox();
        assert.ok(box && box.y + box.height < WIDE.height, JSON.stringify(box));
      }
      assert.equal(await page.getByRole("img", { name: /stopped|passed/ }).count(), 1);
      assert.ok(await page.locator(".timeline path.bar").count() > 0);
    }));
  }
});

describe("with the script", () => {
  test("tables sort by every column, both ways", () => open("crowded", {}, async (page) => {
    const table = "article table.filtered";
    const sort = page.locator(table).getByRole("button", { name: "Task", exact: true });
    const header = page.locator(`${table} thead th`).first();
    await sort.click();
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    const up = await firstColumn(page, table);
    assert.match(up[0], /^0{32}/);
    await sort.press("Enter");
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    const down = await firstColumn(page, table);
    assert.match(down[0], /^0{30}3b/);
    await page.locator(table).getByRole("button", { name: "Created", exact: true }).click();
    assert.equal(await header.getAttribute("aria-sort"), null);
  }));

  test("numbers sort as numbers", () => open("ecs-fields-v7", {}, async (page) => {
    const attempts = async () => (await page.locator(".timeline tbody td:nth-child(3)").allInnerTexts()).map(Number);
    await page.locator(".timeline").first().getByRole("button", { name: "Attempts", exact: true }).click();
    const sorted = (await attempts()).slice(0, 4);
    assert.deepEqual(sorted, [...sorted].sort((a, b) => a - b));
  }));

  test("long tables have pages and a filter", () => open("crowded", {}, async (page) => {
    const table = "article table.filtered";
    const section = page.locator("section", { has: page.locator("table[data-noun=tasks]") });
    const rows = () => page.locator(`${table} > tbody:visible`).count();
    assert.equal(await rows(), 25);
    await section.getByRole("button", { name: "Next" }).click();
    await section.getByRole("button", { name: "Next" }).click();
    assert.equal(await rows(), CROWD - 50);
    assert.ok(await section.getByRole("button", { name: "Next" }).isDisabled());
    await section.getByRole("searchbox", { name: "Filter" }).fill("ORDERS-3");
    const found = await firstColumn(page, table);
    assert.equal(found.length, 9);
    assert.ok(found.every((text) => text.includes("orders-3")));
    assert.match(await page.getByRole("status").textContent(), /^9 of 60 tasks match$/);
    await section.getByRole("searchbox", { name: "Filter" }).fill("no such task");
    assert.equal(await rows(), 0);
  }));

  test("records unfold by keyboard and can be copied", () => open("endpoint-rejects", {}, async (page, context) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const statement = page.locator("details.statement").nth(1);
    const record = statement.locator("code").first();
    assert.ok(!await record.isVisible());
    await statement.locator("summary").focus();
    await page.keyboard.press("Enter");
    await record.waitFor({ state: "visible" });
    await statement.getByRole("button", { name: "Copy records" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.deepEqual(copied.split("\n"), await statement.locator("code").allTextContents());
    const command = page.locator("pre[data-copy]").first();
    await page.getByRole("button", { name: "Copy command" }).first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await command.textContent());
  }));
});

test("an overview links to each of several incidents", () => open("several", {}, async (page) => {
  const links = page.getByRole("table", { name: "Incidents, by confidence" }).getByRole("link");
  const count = await page.locator("article").count();
  assert.ok(count > 1);
  assert.equal(await links.count(), count);
  await links.last().click();
  assert.ok(await page.locator("article").last().getByRole("heading", { level: 2 }).isVisible());
  assert.match(page.url(), new RegExp(`#incident-${count}$`));
}));

describe("without the script", () => {
  const options = { javaScriptEnabled: false };

  test("all content is visible, and no control without a function", () => open("crowded", options, async (page) => {
    assert.equal(await page.getByRole("button").count(), 0);
    await page.getByText("List of tasks", { exact: true }).click();
    assert.equal(await page.locator("article table.filtered > tbody:visible").count(), CROWD);
    const record = page.locator("details.statement code").first();
    assert.ok(await record.isVisible());
  }));

  test("a printed page is as wide as its paper", () => open("several", { viewport: PAPER }, async (page) => {
    await page.emulateMedia({ media: "print" });
    await unfoldAll(page);
    const inner = await page.locator(".scroll").evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    assert.deepEqual(inner.filter((more) => more > 0), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= PAPER.width);
  }));

  test("folded records are printed", () => open("endpoint-rejects", options, async (page) => {
    const record = page.locator("details.statement").nth(1).locator("code").first();
    assert.ok(!await record.isVisible());
    await page.emulateMedia({ media: "print" });
    assert.ok(await record.isVisible());
  }));
});

describe("hostile names", () => {
  test("are shown as text", () => open("hostile", {}, async (page) => {
    await unfoldAll(page);
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("main img, main b[onmouseover], [onmouseover]").count(), 0);
    assert.ok(await page.getByText(HOSTILE, { exact: true }).first().isVisible());
    assert.ok(await page.getByText(HOSTILE_REASON, { exact: true }).first().isVisible());
  }));

  test("could not run code even as markup", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(reports.hostile);
    const hit = await page.evaluate(() => {
      // Trusted Types refuse these at once; otherwise the content policy would refuse them.
      const attempt = (act) => { try { act(); } catch { /* refused */ } };
      attempt(() => {
        const script = document.createElement("script");
        script.textContent = "globalThis.hit = 1";
        document.body.append(script);
      });
      attempt(() => { document.body.innerHTML += '<img src="x" onerror="globalThis.hit = 2">'; });
      attempt(() => {
        document.body.setAttribute("onclick", "globalThis.hit = 3");
        document.body.click();
      });
      return globalThis.hit ?? null;
    });
    assert.equal(hit, null);
    await context.close();
  });
});
