// Debian's chromium, headless, with a profile of its own and without anything that would use the network.

import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", // it runs as root in a container
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
