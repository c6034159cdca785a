// Pictures of reports for the documentation. `npm run screenshots` writes docs/images/; with `-- --full FOLDER` it writes whole
// pages with everything unfolded, wide and narrow, which you look at after a change of the style.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./chromium.mjs";
import { sampleReport, workFolder } from "./reports.mjs";

const images = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "images");
const SAMPLES = ["endpoint-group", "nat-without-way-out", "repaired-afterwards"];
const BELOW = 16;
const WIDE = 1280;
const NARROW = 390;

const browser = await launch();

async function open(address, width, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme });
  await page.goto(address);
  return page;
}

// Takes the page down to the end of the first task's timeline.
async function take(address, file, width, colorScheme) {
  const page = await open(address, width, colorScheme);
  const end = await page.locator("section.card", { has: page.locator(".timeline") }).first().boundingBox();
  const height = Math.ceil(end.y + end.height + BELOW);
  const path = join(images, file);
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
  await page.close();
  // Reduces the file to a palette if pngquant is installed.
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--output", path, path]);
}

async function takeWhole(address, path, width, colorScheme) {
  const page = await open(address, width, colorScheme);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
  await page.screenshot({ path, fullPage: true });
  await page.close();
}

const work = workFolder();
const [option, folder] = process.argv.slice(2);
for (const name of SAMPLES) {
  const address = sampleReport(work, name);
  if (option === "--full") {
    mkdirSync(folder, { recursive: true });
    await takeWhole(address, join(folder, `${name}-wide-light.png`), WIDE, "light");
    await takeWhole(address, join(folder, `${name}-narrow-dark.png`), NARROW, "dark");
    continue;
  }
  for (const scheme of ["light", "dark"]) await take(address, `report-${name}-${scheme}.png`, WIDE, scheme);
  if (name === SAMPLES[0]) await take(address, "report-narrow.png", NARROW, "light");
}
await browser.close();
