// Reports written by the program itself: of the sample incidents, and of an incident with hostile names.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = process.env.FLOWCAUSE ?? join(repository, "target", "debug", "flowcause");

export const HOSTILE = "<script>alert(1)</script>";
export const HOSTILE_REASON = `ResourceInitializationError: "><img src=x onerror=alert(2)> ${HOSTILE}`;

// Makes a folder for reports, which is removed at the end of the process.
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), "flowcause-browser-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function sampleFolder(name) {
  return join("sample-data", name);
}

function explain(folders, output) {
  const logs = folders.map((folder) => join(folder, "logs"));
  const metadata = folders.flatMap((folder) => ["--metadata", join(folder, "metadata")]);
  const words = ["explain", ...logs, ...metadata];
  execFileSync(program, [...words, "--format", "html", "-o", output], { cwd: repository, stdio: "inherit" });
  return pathToFileURL(output).href;
}

// Explains one or more samples, and returns the address of the report.
export function sampleReport(work, ...names) {
  return explain(names.map(sampleFolder), join(work, `${names.join("-")}.html`));
}

// Copies a sample, changes its tasks document, and returns the folder with a function that explains it.
function changedReport(work, name, sample, change) {
  const folder = join(work, name);
  cpSync(join(repository, sampleFolder(sample)), folder, { recursive: true });
  const path = join(folder, "metadata", "describe-tasks.json");
  const document = JSON.parse(readFileSync(path, "utf8"));
  change(document);
  writeFileSync(path, JSON.stringify(document));
  return { folder, report: () => explain([folder], join(work, `${name}.html`)) };
}

const failed = (task) => task.stopCode === "TaskFailedToStart";

// A report in which a task definition, a service, a stopped reason and a log file have hostile names.
export function hostileReport(work) {
  const { folder, report } = changedReport(work, "hostile", "endpoint-rejects", (document) => {
    for (const task of document.tasks.filter(failed)) {
      task.taskDefinitionArn = `arn:aws:ecs:eu-west-1:111122223333:task-definition/${HOSTILE}:1`;
      task.group = `service:${HOSTILE}`;
      task.stoppedReason = HOSTILE_REASON;
    }
  });
  for (const name of readdirSync(join(folder, "logs"), { recursive: true })) {
    if (!name.endsWith(".log.gz")) continue;
    const to = `${basename(name, ".log.gz")}"onmouseover=alert(3)<b>.log.gz`;
    renameSync(join(folder, "logs", name), join(folder, "logs", dirname(name), to));
  }
  return report();
}

// A report of one incident with `count` tasks, each with its own id.
export function crowdedReport(work, count) {
  mkdirSync(work, { recursive: true });
  return changedReport(work, "crowded", "endpoint-rejects", (document) => {
    const task = document.tasks.find(failed);
    document.tasks = Array.from({ length: count }, (_, n) => {
      const id = n.toString(16).padStart(32, "0");
      const arn = `${task.taskArn.slice(0, task.taskArn.lastIndexOf("/"))}/${id}`;
      return { ...task, taskArn: arn, group: `service:orders-${n % 7}` };
    });
  }).report();
}
