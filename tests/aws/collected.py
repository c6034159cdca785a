"""Collects the documents of an account in moto with each version of the AWS CLI, and checks what flowcause reads of them.

Both versions spell times differently, and moto prints documents in the shapes of the service models: this finds what a
document written by hand does not show. The script prints a line for each check, and exits 1 if one of them failed.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from ipaddress import ip_network
from pathlib import Path

from account import CLUSTER, REGION, Account, Maker

# Calls of the script that moto does not know. A call that works is removed from here.
MOTO_LACKS = {"ecr describe-pull-through-cache-rules"}
VERSIONS = {"1": Path(sys.executable).with_name("aws"), "2": Path("/usr/bin/aws")}


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


def check_same(answers: dict[str, list]) -> None:
    assert len({json.dumps(answer, sort_keys=True) for answer in answers.values()}) == 1, "they differ"


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
            checks = {
                "calls that moto lacks": partial(check_failed_calls, problems),
                "documents without defects": partial(check_defects, checked),
                "answers of check": partial(check_answers, checked, account),
            }
            failed += sum(not passes(version, check, name) for name, check in checks.items())
    failed += not passes("1 and 2", partial(check_same, answers), "the same answers")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
