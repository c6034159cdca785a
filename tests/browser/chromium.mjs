// Starts Debian's chromium, headless, with a new profile and without the features that use the network.

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", // because the tests run as root in a container
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}
