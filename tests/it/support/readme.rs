//! The README of every sample folder and of `sample-data/` itself.

use std::fmt::Write;

use crate::support::clock::Ms;
use crate::support::incident::{End, Incident};
use crate::support::metadata::clock;

/// The page of a folder: the machine-readable line first, then the description.
pub(crate) fn page(incident: &Incident) -> String {
    let story = &incident.story;
    let mut page = format!("# {}\n\nCause: {} ({})\n", story.title, story.cause, story.confidence);
    page.push_str("\n## Symptoms\n\n");
    for task in &incident.tasks {
        let End::Stopped { at, reason } = &task.end else { continue };
        let _ = write!(
            page,
            "{}\n\n```text\n{reason}\n```\n\n",
            stopped(task.service, &task.id, task.created, *at)
        );
    }
    let _ = write!(
        page,
        "The logs are {}, from 03:06 to 03:27 UTC on 2026-11-23.\n\
         The metadata was saved after the task was gone, so its interface is missing.\n\
         {}\
         \n## True cause\n\n{}\n\
         \n## Report\n\n{}\n\
         \n```sh\n{}\n```\n\
         \nAll data is simulated with seed {:#x}; the script is in `tests/it/support/scenarios/`.\n",
        story.logs,
        saved(incident),
        story.truth,
        story.verdict,
        command(incident.name),
        incident.seed,
    );
    page
}

/// How the documents were saved, if one run of `flowcause collect` saved them.
fn saved(incident: &Incident) -> &'static str {
    if incident.access.is_none() {
        return "";
    }
    "`flowcause collect` saved it with the roles, their policies and everything that the task definitions name; \
     `manifest.json` lists the calls.\n"
}

fn stopped(service: &str, id: &str, created: Ms, at: Ms) -> String {
    format!(
        "Task `{id}` of service `{service}` was created at {} UTC and stopped at {} without having started:",
        clock(created),
        clock(at)
    )
}

fn command(name: &str) -> String {
    format!("flowcause explain sample-data/{name}/logs --metadata sample-data/{name}/metadata")
}

/// The page of `sample-data/`.
pub(crate) fn index(incidents: &[Incident]) -> String {
    let mut page = String::from(
        "# Sample incidents\n\nEach folder is one incident: `logs/` as AWS delivers them, `metadata/` as the AWS CLI prints it, \
         and a README with the true cause.\nThe data is simulated packet by packet and contains no real account.\n\n\
         | folder | cause | confidence | logs |\n|---|---|---|---|\n",
    );
    for incident in incidents {
        let story = &incident.story;
        let _ = writeln!(
            page,
            "| [{0}]({0}/README.md) | `{1}` | {2} | {3} |",
            incident.name, story.cause, story.confidence, story.logs
        );
    }
    page.push_str(
        "\n[wrappings](wrappings/README.md) is one of these incidents again, in every source format of flow logs.\n",
    );
    page.push_str("\n## Try them\n\n```sh\n");
    for incident in incidents {
        let _ = writeln!(page, "{}", command(incident.name));
    }
    page.push_str(
        "```\n\n## Change them\n\n\
         `BLESS=1 cargo test --test it samples` writes the folders from `tests/it/support/scenarios/`.\n\
         Without `BLESS` the same test compares the generated files with the committed ones, byte for byte.\n",
    );
    page
}
