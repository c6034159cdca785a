//! A stand-in for the AWS CLI: it answers the calls of the script of `flowcause collect` from files, and logs every call.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use flowcause::model::document::{Collect, DOCUMENTS, Document};
use serde_json::{Value, json};

use crate::support::incident::{CLUSTER, Incident, Task, cluster_arn};
use crate::support::metadata::{Forms, documents};
use crate::support::run::Ran;
use crate::support::vpc::{ACCOUNT, REGION};
use crate::support::write::pretty;

/// Answers `COMMAND` with the file `COMMAND.WORD.json`, where a word of the call is WORD or an ARN of a thing with that
/// name, or with `COMMAND.json`.
const AWS: &str = r#"#!/usr/bin/env bash
echo "$*" >>"$FAKE_AWS/calls"
if [[ ${FAKE_ERROR-} && ${FAKE_FAILS-$2} == "$2" ]]; then
    printf '\n%s\n' "$FAKE_ERROR" >&2
    printf '{"cut'
    exit 254
fi
for word in "$@"; do
    name=${word##*/}
    answer="$FAKE_AWS/answers/$2.${name%%:*}.json"
    [[ -e $answer ]] && exec cat "$answer"
done
exec cat "$FAKE_AWS/answers/$2.json"
"#;

/// A folder with the stand-in, what it answers, and the metadata that a script saves.
pub(crate) struct Account {
    folder: tempfile::TempDir,
}

impl Account {
    /// An account with everything of an incident, its configuration included, in both ways to describe it.
    pub(crate) fn of(incident: &Incident) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let account = Self { folder };
        fs::create_dir_all(account.path("fake/answers")).expect("a folder");
        let aws = account.path("fake/aws");
        fs::write(&aws, AWS).expect("a file");
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("a file of ours");
        for forms in [Forms::default(), Forms { rules_apart: true, managed_lists: true, ..Forms::default() }]
        {
            for (name, mut document) in documents(&incident.clone().configured(forms)) {
                if name.starts_with("describe-task-definition.") {
                    // The script asks for the mount targets of every file system that the answer names, and for the policies
                    // of the buckets of environment files.
                    document["tags"] = json!([{"key": "media", "value": "fs-0a1b2c3d"}]);
                    let file = "arn:aws:s3:::orders-environment/production.env";
                    document["environmentFiles"] = json!([{"type": "s3", "value": file}]);
                }
                account.answer(&name, &document);
            }
        }
        let flowcause = assert_cmd::cargo::cargo_bin!("flowcause");
        symlink(flowcause, account.path("fake/flowcause")).expect("a link");
        account.answer_lists(incident);
        account.answer_repositories(incident);
        account.answer_examples();
        account
    }

    /// The lists that lead to the documents.
    fn answer_lists(&self, incident: &Incident) {
        let tasks: Vec<String> = incident.tasks.iter().map(Task::arn).collect();
        let mut services: Vec<String> = incident.tasks.iter().map(|task| task.service.to_owned()).collect();
        services.sort();
        services.dedup();
        let service = |name: &String| format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/{CLUSTER}/{name}");
        self.answer("list-clusters.json", &json!({"clusterArns": [cluster_arn()]}));
        self.answer("list-tasks.STOPPED.json", &json!({"taskArns": tasks}));
        self.answer("list-tasks.RUNNING.json", &json!({"taskArns": []}));
        let instance = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:container-instance/{CLUSTER}/1");
        self.answer("list-container-instances.json", &json!({"containerInstanceArns": [instance]}));
        self.answer(
            "list-services.json",
            &json!({"serviceArns": services.iter().map(service).collect::<Vec<_>>()}),
        );
    }

    /// The image and the policy of the repository of each service.
    fn answer_repositories(&self, incident: &Incident) {
        for service in incident.tasks.iter().map(|task| task.service) {
            let image = incident.image(service);
            let Some((_, repository)) = image.split_once('/') else { continue };
            let (name, tag) = repository.split_once(':').unwrap_or((repository, "latest"));
            let image = json!({"registryId": ACCOUNT, "repositoryName": name, "imageTags": [tag],
                "imageDigest": "sha256:764f63476bdff6d83a09ba2a818f0d35757063724a9ac3ba5019c56f74ebf42a"});
            let policy =
                json!({"registryId": ACCOUNT, "repositoryName": name, "policyText": "{\"Statement\": []}"});
            let last = name.rsplit('/').next().unwrap_or(name);
            self.answer(&format!("describe-images.{last}.json"), &json!({"imageDetails": [image]}));
            self.answer(&format!("get-repository-policy.{last}.json"), &policy);
        }
    }

    /// The example of each document that no incident has.
    fn answer_examples(&self) {
        for document in DOCUMENTS {
            let Collect::Calls(calls) = document.collect else { continue };
            for call in calls {
                let is_answered = || {
                    let answers = fs::read_dir(self.path("fake/answers")).expect("a folder");
                    let start = format!("{}.", call.command);
                    answers.into_iter().any(|answer| {
                        answer.expect("an answer").file_name().to_string_lossy().starts_with(&start)
                    })
                };
                if !is_answered() {
                    self.answer(&format!("{}.json", call.command), &example(document));
                }
            }
        }
    }

    /// Sets the answer of a command.
    pub(crate) fn answer(&self, name: &str, document: &Value) {
        fs::write(self.path("fake/answers").join(name), pretty(document)).expect("a file");
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Runs a script with the stand-in before everything else in the path.
    pub(crate) fn run(&self, script: &str) -> Ran {
        self.run_with(script, &[])
    }

    /// Runs a script with variables in its environment.
    pub(crate) fn run_in(&self, script: &str, variables: &[(&str, &str)]) -> Ran {
        self.run_with(script, variables)
    }

    /// Runs a script whose call of one command, or every call, fails with this error.
    pub(crate) fn run_failing(&self, script: &str, command: Option<&str>, error: &str) -> Ran {
        let fails = command.map(|command| ("FAKE_FAILS", command));
        self.run_with(script, &[("FAKE_ERROR", error)].into_iter().chain(fails).collect::<Vec<_>>())
    }

    fn run_with(&self, script: &str, variables: &[(&str, &str)]) -> Ran {
        fs::write(self.path("run.sh"), script).expect("a file");
        let fake = self.path("fake");
        let path = format!("{}:{}", fake.display(), std::env::var_os("PATH").unwrap_or_default().display());
        let output = Command::new("bash")
            .arg("run.sh")
            .current_dir(self.root())
            .env("PATH", path)
            .env("FAKE_AWS", &fake)
            .envs(variables.iter().copied())
            .output()
            .expect("bash runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The calls so far, in their order: the words behind `aws`.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("fake/calls")).unwrap_or_default();
        calls.lines().map(ToOwned::to_owned).collect()
    }

    /// The files that were saved, by name; the times in names are left out.
    pub(crate) fn saved(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path("metadata"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .map(|name| without_time(&name))
            .collect();
        names.sort();
        names
    }
}

/// The example of a document.
fn example(document: &Document) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    let text = fs::read_to_string(folder.join(format!("{}.json", document.file))).expect("an example");
    serde_json::from_str(&text).expect("JSON")
}

/// `tasks.production.20261123T031200Z.STOPPED.1.json` without its time.
fn without_time(name: &str) -> String {
    let is_time = |part: &str| part.len() == 16 && part.ends_with('Z') && part.as_bytes()[8] == b'T';
    name.split('.').filter(|part| !is_time(part)).collect::<Vec<_>>().join(".")
}
