"""Collects the documents of an account in moto with each version of the AWS CLI, and checks what flowcause reads of them.

The account and the faults in it are in `account.py`. `check` answers what the network allows; `explain` reads the records of a
task that stopped, and shows every request that the saved policies deny, with the document that denies it. Both versions spell times differently, and moto prints documents in the shapes of the service models: this finds what a
document written by hand does not show. The script prints a line for each check, and exits 1 if one of them failed.
"""

import difflib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from ipaddress import ip_network
from pathlib import Path

from account import ACCOUNT, BUCKET, CLUSTER, REGION, REPOSITORY, ROLE, Account, Maker

# Calls of the script that moto does not know. A call that works is removed from here.
MOTO_LACKS = {"ecr describe-pull-through-cache-rules", "ssm describe-automation-executions"}
VERSIONS = {"1": Path(sys.executable).with_name("aws"), "2": Path("/usr/bin/aws")}

# Calls for what a start uses, and for whom: an attribute or a text.
SUBJECTS = {
    "secretsmanager list-secrets": None,
    "secretsmanager describe-secret": "secret",
    "secretsmanager get-resource-policy": "secret",
    "ssm describe-parameters": None,
    "kms list-aliases": None,
    "kms describe-key": "key",
    "kms get-key-policy": "key",
    "kms list-grants": "key",
    "ecr describe-repositories": None,
    "ecr describe-images": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}",
    "ecr get-repository-policy": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}",
    "ecr get-registry-policy": None,
    "logs describe-log-groups": None,
    "s3api get-bucket-policy": f"arn:aws:s3:::{BUCKET}",
    "iam get-role": ROLE,
    "iam list-role-policies": ROLE,
    "iam get-role-policy": ROLE,
    "iam list-attached-role-policies": ROLE,
    "iam get-policy": f"arn:aws:iam::{ACCOUNT}:policy/start",
    "iam get-policy-version": f"arn:aws:iam::{ACCOUNT}:policy/start",
}
# Calls for each policy of the organization, which moto names itself.
OF_ORGANIZATION = ["organizations describe-policy", "organizations list-targets-for-policy"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Moto:
    """The server of moto, as long as the block runs."""

    def __enter__(self) -> str:
        port = free_port()
        server = Path(sys.executable).with_name("moto_server")
        self.process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/moto-api/", timeout=1)
                return url
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("moto does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def is_version(command: Path, version: str) -> bool:
    if not command.exists():
        return False
    ran = subprocess.run([command, "--version"], capture_output=True, text=True)
    return (ran.stdout or ran.stderr).startswith(f"aws-cli/{version}.")


def collect(binary: str, command: Path, url: str, account: Account, folder: Path) -> list[str]:
    """Runs the printed script with an `aws` that asks moto; returns the calls that failed."""
    wrapper = folder / "bin" / "aws"
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(f'#!/bin/sh\nexec "{command}" --endpoint-url "{url}" "$@"\n')
    wrapper.chmod(0o755)
    words = [binary, "collect", "--region", REGION, "--cluster", CLUSTER, "--vpc", account.vpc]
    script = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_CONFIG_FILE": "/dev/null"}
    environment = {**os.environ, **keys, "PATH": f"{wrapper.parent}:{os.environ['PATH']}"}
    words = ["bash", "-s", "--", str(folder / "metadata")]
    ran = subprocess.run(words, input=script, env=environment, capture_output=True, text=True)
    problems = [line.strip() for line in ran.stderr.splitlines() if line.strip().startswith("aws ")]
    assert (ran.returncode == 0) == (not problems), ran.stderr
    return problems


def as_aws_places_endpoints(metadata: Path) -> None:
    """Gives the interfaces of endpoints what moto does not: an address of their subnet, the endpoint's groups, their kind."""
    groups = {
        interface: endpoint["Groups"]
        for endpoint in json.loads((metadata / "vpc-endpoints.json").read_text())["VpcEndpoints"]
        for interface in endpoint["NetworkInterfaceIds"]
    }
    subnets = json.loads((metadata / "subnets.json").read_text())["Subnets"]
    blocks = {subnet["SubnetId"]: ip_network(subnet["CidrBlock"]) for subnet in subnets}
    saved = metadata / "network-interfaces.json"
    document = json.loads(saved.read_text())
    for number, interface in enumerate(document["NetworkInterfaces"]):
        if interface["NetworkInterfaceId"] in groups:
            address = str(blocks[interface["SubnetId"]][20 + number])
            interface["PrivateIpAddress"] = address
            interface["PrivateIpAddresses"] = [{"Primary": True, "PrivateIpAddress": address}]
            interface["Groups"] = groups[interface["NetworkInterfaceId"]]
            interface["InterfaceType"] = "vpc_endpoint"
    saved.write_text(json.dumps(document))


def as_aws_stops_tasks(metadata: Path) -> dict:
    """Gives the stopped task what moto does not: its times, its code, and an address of its subnet. Returns the task."""
    subnets = json.loads((metadata / "subnets.json").read_text())["Subnets"]
    blocks = {subnet["SubnetId"]: ip_network(subnet["CidrBlock"]) for subnet in subnets}
    (saved,) = metadata.glob("tasks.*.STOPPED.*.json")
    document = json.loads(saved.read_text())
    (task,) = document["tasks"]
    # Policies that were changed after the failure would confirm nothing.
    saved_at = datetime.now(timezone.utc).replace(microsecond=0)
    times = {"createdAt": 60, "connectivityAt": 70, "stoppingAt": 90, "stoppedAt": 95}
    task.update({name: (saved_at + timedelta(seconds=later)).isoformat() for name, later in times.items()})
    task.update(stopCode="TaskFailedToStart", connectivity="CONNECTED", platformVersion="1.4.0")
    details = task["attachments"][0]["details"]
    subnet = next(one["value"] for one in details if one["name"] == "subnetId")
    for one in details:
        if one["name"] == "privateIPv4Address":
            one["value"] = str(blocks[subnet][200])
    saved.write_text(json.dumps(document))
    return task


def write_records(folder: Path, account: Account, task: dict) -> Path:
    """The records of the task: one complete conversation with the endpoint of Secrets Manager, and nothing else."""
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    endpoints = json.loads((folder / "metadata/vpc-endpoints.json").read_text())["VpcEndpoints"]
    interfaces = json.loads((folder / "metadata/network-interfaces.json").read_text())["NetworkInterfaces"]
    of_endpoint = next(one for one in endpoints if one["VpcEndpointId"] == account.endpoints["secretsmanager"])
    called = next(one for one in interfaces if one["NetworkInterfaceId"] in of_endpoint["NetworkInterfaceIds"])
    own, other = details["privateIPv4Address"], called["PrivateIpAddress"]
    start = int(datetime.fromisoformat(task["createdAt"]).timestamp()) + 12
    lines = [
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags"
    ]
    for interface in (details["networkInterfaceId"], called["NetworkInterfaceId"]):
        way = f"2 {ACCOUNT} {interface} {{}} {{}} {{}} {{}} 6 {{}} {start} {start + 2} ACCEPT OK {{}}"
        lines.append(way.format(own, other, 41002, 443, "9 1640", 3))
        lines.append(way.format(other, own, 443, 41002, "8 5320", 19))
    for minute in range(1, 16):
        begin = start + 60 * minute
        lines.append(f"2 {ACCOUNT} {called['NetworkInterfaceId']} - - - - - - - {begin} {begin + 59} - NODATA -")
    records = folder / "records.log"
    records.write_text("\n".join(lines) + "\n")
    return records


def report(binary: str, *words: str) -> dict:
    ran = subprocess.run([binary, *words, "--format", "json"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def check_failed_calls(problems: list[str]) -> None:
    calls = {" ".join(problem.split(":")[0].split()[1:3]) for problem in problems}
    assert calls == MOTO_LACKS, "\n".join(problems)


def check_answers(checked: dict, account: Account) -> None:
    """Only ecr.api is blocked, by its own group; the fix was tried."""
    targets = checked["launch_targets"]
    assert {target["subnet_id"] for target in targets} == set(account.subnets), targets
    for target in targets:
        answers = {service["service"]: service for service in target["services"]}
        blocked = {name for name, answer in answers.items() if answer["reachability"] == "blocked"}
        assert blocked == {"ecr.api"}, {name: answer["reachability"] for name, answer in answers.items()}
        assert answers["ecr.api"]["cause"] == "endpoint-sg-blocks-ingress", answers["ecr.api"]
        culprits = [culprit["id"] for culprit in answers["ecr.api"]["culprits"]]
        assert culprits == [account.closed_group], culprits
        assert {"ecr.dkr", "s3", "secretsmanager", "logs"} <= answers.keys(), answers.keys()


def check_defects(checked: dict) -> None:
    assert checked["inputs"]["defects"] == [], checked["inputs"]["defects"]


def check_saved_calls(metadata: Path, account: Account) -> None:
    """Every call that moto has wrote its file, and the manifest names the subject."""
    saved: dict[str, list[dict]] = {}
    for entry in json.loads((metadata / "manifest.json").read_text())["files"]:
        saved.setdefault(entry["call"], []).append(entry)
    for call, subject in SUBJECTS.items():
        entries = saved.pop(call, [])
        expected = getattr(account, subject) if subject in ("secret", "key") else subject
        assert expected in [entry["subject"] for entry in entries], f"{call}: {entries}"
        for entry in entries:
            assert entry["exit_code"] == 0 and entry["all_pages"] and (metadata / entry["file"]).is_file(), entry
    for call in OF_ORGANIZATION:
        assert any(entry["exit_code"] == 0 for entry in saved.get(call, [])), call


def check_recognised(inspected: dict) -> None:
    """Every document was recognised, and its subject is known."""
    defects = [one for one in inspected["inputs"]["defects"] if "metadata" in one["first"]["file"]]
    unplaced = [one for one in inspected["missing"] if one["id"] == "document-subjects"]
    assert defects == unplaced == [], (defects, unplaced)


def check_not_recognised(inspected: dict) -> None:
    """A policy whose file has another name is listed, with the name that it should have."""
    unplaced = [one for one in inspected["missing"] if one["id"] == "document-subjects"]
    assert len(unplaced) == 1 and "bucket-policy-BUCKET.json" in unplaced[0]["how_to_get"], unplaced


def check_denials(explained: dict, account: Account) -> None:
    """The three faults are found in the documents, and the stopped reason is explained by the first one."""
    (verdict,) = [one["verdict"] for one in explained["tasks"] if one["task_arn"] == account.stopped_task]
    repository = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{REPOSITORY}"
    keys = ("action", "resource", "policy_type", "effect", "document")
    denied = [tuple(one.get(key) for key in keys) for one in verdict["findings"]]
    assert denied == [
        ("kms:Decrypt", account.key, "identity", "implicit", None),
        ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/production.env", "resource", "explicit", BUCKET),
        ("ecr:BatchGetImage", repository, "resource", "explicit", repository),
    ], denied
    assert verdict["cause"] == "key-unusable", verdict
    assert [culprit["id"] for culprit in verdict["culprits"]] == [account.key], verdict["culprits"]


def check_same(answers: dict[str, list]) -> None:
    """Both versions save the same documents, at another time."""
    for targets in answers.values():
        for target in targets:
            assert target["permissions"].pop("documents_saved_at"), "no time of saving"
    texts = [json.dumps(answer, sort_keys=True, indent=1).splitlines() for answer in answers.values()]
    for other in texts[1:]:
        assert texts[0] == other, "\n".join(difflib.unified_diff(texts[0], other, lineterm=""))


def passes(version: str, check: Callable[[], None], name: str) -> bool:
    """Runs a check and prints its outcome."""
    try:
        check()
    except AssertionError as error:
        print(f"FAILED aws-cli {version}, {name}: {error}")
        return False
    print(f"ok     aws-cli {version}, {name}")
    return True


def main() -> int:
    binary = sys.argv[1]
    failed, answers = 0, {}
    with Moto() as url, tempfile.TemporaryDirectory() as work:
        account = Maker(url).make()
        for version, command in VERSIONS.items():
            if not is_version(command, version):
                print(f"aws-cli {version}: not installed")
                failed += 1
                continue
            folder = Path(work) / version
            problems = collect(binary, command, url, account, folder)
            as_aws_places_endpoints(folder / "metadata")
            checked = report(binary, "check", "--metadata", str(folder / "metadata"))
            answers[version] = checked["launch_targets"]
            task = as_aws_stops_tasks(folder / "metadata")
            records = write_records(folder, account, task)
            explain = partial(report, binary, "explain", str(records), "--metadata")
            inspect = partial(report, binary, "inspect", str(records), "--metadata")
            alone, renamed = folder / "without-manifest-metadata", folder / "renamed-metadata"
            for other in (alone, renamed):
                shutil.copytree(folder / "metadata", other)
                (other / "manifest.json").unlink()
            (renamed / f"bucket-policy-{BUCKET}.json").rename(renamed / "policy.json")
            checks = {
                "calls that moto lacks": partial(check_failed_calls, problems),
                "documents without defects": partial(check_defects, checked),
                "answers of check": partial(check_answers, checked, account),
                "calls for what a start uses": partial(check_saved_calls, folder / "metadata", account),
                "subjects by the manifest": partial(check_recognised, inspect(str(folder / "metadata"))),
                "subjects by the names of files": partial(check_recognised, inspect(str(alone))),
                "a policy under another name": partial(check_not_recognised, inspect(str(renamed))),
                "denied requests": partial(check_denials, explain(str(folder / "metadata")), account),
                "denied requests without the manifest": partial(check_denials, explain(str(alone)), account),
            }
            failed += sum(not passes(version, check, name) for name, check in checks.items())
    failed += not passes("1 and 2", partial(check_same, answers), "the same answers")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
