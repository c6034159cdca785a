// Pictures of reports for the documentation: `npm run screenshots` writes docs/images/.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./chromium.mjs";
import { sampleReport, workFolder } from "./reports.mjs";

const images = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "images");
const SAMPLES = ["endpoint-rejects", "ecs-fields-v7", "silent-drop"];
const BELOW = 16;

const browser = await launch();

// The page down to the end of the first task's timeline.
async function take(address, file, width, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height: 1000 }, colorScheme });
  await page.goto(address);
  const end = await page.locator("section.card", { has: page.locator(".timeline") }).first().boundingBox();
  const height = Math.ceil(end.y + end.height + BELOW);
  const path = join(images, file);
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height } });
  await page.close();
  // Smaller by a palette, where the tool for it is there.
  spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--output", path, path]);
}

const work = workFolder();
for (const name of SAMPLES) {
  const address = sampleReport(work, name);
  for (const scheme of ["light", "dark"]) await take(address, `report-${name}-${scheme}.png`, 1280, scheme);
  if (name === SAMPLES[0]) await take(address, "report-narrow.png", 390, "light");
}
await browser.close();
