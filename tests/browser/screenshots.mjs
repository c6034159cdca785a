// Pictures of reports for the documentation: `npm run screenshots` writes docs/images/.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { launch } from "./chromium.mjs";
import { sampleReport, workFolder } from "./reports.mjs";

const images = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "images");
const SAMPLES = ["endpoint-rejects", "ecs-fields-v7", "silent-drop"];
const HEIGHT = 1000;

const browser = await launch();

async function take(address, file, width, height, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(address);
  await page.screenshot({ path: join(images, file) });
  await page.close();
}

const work = workFolder();
for (const name of SAMPLES) {
  const address = sampleReport(work, name);
  for (const scheme of ["light", "dark"]) await take(address, `report-${name}-${scheme}.png`, 1280, HEIGHT, scheme);
  if (name === SAMPLES[0]) await take(address, "report-narrow.png", 390, HEIGHT, "light");
}
await browser.close();
