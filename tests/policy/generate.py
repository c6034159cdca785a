"""Generates policy cases in the format of tests/fixtures/policy, without the expected answer.

Usage: generate.py SEED COUNT. Every context key is known or absent, so that each case has a yes or no.
Each case carries `features`: the traits by which the written list of disagreements selects cases.
"""

import json
import random
import sys

OWN, OTHER, REGION = "111122223333", "444455556666", "eu-west-1"
TASK = "0123456789abcdef0123456789abcdef"
ROLE = f"arn:aws:iam::{OWN}:role/orders-execution"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/orders-execution/{TASK}"

# The requests of a start: action, resource of an account.
REQUESTS = [
    ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:orders/db-AbC1dE"),
    ("ssm:GetParameters", "arn:aws:ssm:{region}:{account}:parameter/prod/db"),
    ("ecr:BatchGetImage", "arn:aws:ecr:{region}:{account}:repository/orders/api"),
    ("ecr:GetDownloadUrlForLayer", "arn:aws:ecr:{region}:{account}:repository/orders/api"),
    ("logs:CreateLogStream", "arn:aws:logs:{region}:{account}:log-group:/ecs/orders:log-stream:ecs/api/" + TASK),
    ("s3:GetObject", "arn:aws:s3:::orders-env/prod.env"),
    ("kms:Decrypt", "arn:aws:kms:{region}:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
]
SERVICES_WITH_POLICY = {"secretsmanager", "ecr", "s3", "kms"}

CONTEXT = {
    "aws:SourceVpce": ["vpce-0a1b2c3d", "vpce-99999999", None],
    "aws:SourceVpc": ["vpc-0a1b2c3d", None],
    "aws:SourceIp": ["203.0.113.7", "198.51.100.20", "2001:db8::7", None],
    "aws:PrincipalTag/team": ["orders", "Orders", None],
    "aws:PrincipalOrgID": ["o-aaaaaaaaaa", "o-bbbbbbbbbb", None],
    "aws:PrincipalOrgPaths": [["o-aaaaaaaaaa/r-ab12/ou-ab12-11111111/"], None],
    "aws:RequestedRegion": [REGION, "us-east-1"],
    "aws:SecureTransport": ["true"],
    "aws:CurrentTime": ["2026-11-23T03:00:00Z"],
}

CONDITIONS = [
    ("StringEquals", "aws:SourceVpce", ["vpce-0a1b2c3d", ["vpce-1", "vpce-0a1b2c3d"]]),
    ("StringNotEquals", "aws:SourceVpce", ["vpce-0a1b2c3d", ["vpce-99999999", "vpce-0a1b2c3d"]]),
    ("StringEqualsIfExists", "aws:SourceVpce", ["vpce-0a1b2c3d"]),
    ("StringNotEqualsIfExists", "aws:SourceVpce", ["vpce-0a1b2c3d"]),
    ("StringLike", "aws:PrincipalTag/team", ["ord*", "o?ders", "*"]),
    ("StringNotLike", "aws:PrincipalTag/team", ["ord*"]),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", ["ORDERS"]),
    ("StringEquals", "aws:principaltag/team", ["orders"]),
    ("Null", "aws:SourceVpce", ["true", "false"]),
    ("Null", "aws:PrincipalTag/team", ["true", "false"]),
    ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "203.0.113.7", "2001:db8::/32", ["10.0.0.0/8", "198.51.100.0/24"]]),
    ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24", ["203.0.113.0/24", "2001:db8::/32"]]),
    ("ArnEquals", "aws:PrincipalArn", [ROLE, f"arn:aws:iam::{OWN}:role/*", f"arn:aws:iam::{OWN}:role/other"]),
    ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/orders-*", f"arn:aws:iam::{OTHER}:role/*"]),
    ("ArnNotLike", "aws:PrincipalArn", [ROLE, f"arn:aws:iam::{OWN}:role/admin"]),
    ("Bool", "aws:SecureTransport", ["true", "false"]),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", ["true"]),
    ("Bool", "aws:MultiFactorAuthPresent", ["true"]),
    ("DateGreaterThan", "aws:CurrentTime", ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
    ("DateLessThanEquals", "aws:CurrentTime", ["2026-11-23T03:00:00Z", "2026-01-01T00:00:00Z"]),
    ("StringEquals", "aws:PrincipalOrgID", ["o-aaaaaaaaaa"]),
    ("StringNotEquals", "aws:PrincipalOrgID", ["o-aaaaaaaaaa"]),
    ("StringNotEqualsIfExists", "aws:PrincipalOrgID", ["o-aaaaaaaaaa"]),
    ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-aaaaaaaaaa/*", "o-bbbbbbbbbb/*"]),
    ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", ["o-aaaaaaaaaa/*", "o-bbbbbbbbbb/*"]),
    ("StringEquals", "aws:RequestedRegion", [REGION, ["us-east-1", "us-west-2"]]),
    ("StringEquals", "aws:PrincipalAccount", [OWN, OTHER]),
]


class Generator:
    """Draws cases from one source of randomness."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    def actions(self, action):
        service, name = action.split(":")
        return self.pick([
            action, action, action, action.upper(), service + ":*", "*", service + ":" + name[:3] + "*",
            service + ":" + name[:-1] + "?", service + ":Describe*", "iam:PassRole", [service + ":List*", action],
            [service + ":Describe*", "iam:*"],
        ])

    def resources(self, resource):
        changed = self.pick(["/other", "x", ""])
        choices = [
            resource, resource, "*", "*", resource[:-3] + "*", resource[:-6] + "??????", resource[:-1], resource + changed,
            resource.replace(REGION, "us-east-1"), resource.replace(REGION, "*"), [resource + "z", resource],
        ]
        if resource.count(":") > 5:
            choices.append(resource.rsplit(":", 1)[0] + ":*")
        return self.pick(choices)

    def condition(self):
        blocks = {}
        for _ in range(self.pick([1, 1, 1, 2])):
            operator, key, values = self.pick(CONDITIONS)
            blocks.setdefault(operator, {})[key] = self.pick(values)
        return blocks

    def principal(self):
        return self.pick([
            "*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": OWN}, {"AWS": f"arn:aws:iam::{OWN}:root"},
            {"AWS": f"arn:aws:iam::{OWN}:role/other"}, {"AWS": OTHER}, {"AWS": [f"arn:aws:iam::{OWN}:role/other", ROLE]},
            {"Service": "ecs-tasks.amazonaws.com"},
        ])

    def statement(self, action, resource, effect, principal=False, any_principal=False, sid=""):
        made = {"Sid": sid, "Effect": effect}
        if any_principal:
            made["Principal"] = "*"
        elif principal:
            made["Principal"] = self.principal()
        if self.chance(0.08):
            made["NotAction"] = self.actions(action)
        else:
            made["Action"] = self.actions(action)
        if self.chance(0.06):
            made["NotResource"] = self.resources(resource)
        else:
            made["Resource"] = self.resources(resource)
        if self.chance(0.3):
            made["Condition"] = self.condition()
        return made

    def document(self, action, resource, deny=0.15, **kinds):
        statements = [
            self.statement(action, resource, "Deny" if self.chance(deny) else "Allow", sid=f"S{number}", **kinds)
            for number in range(self.pick([1, 1, 2, 3]))
        ]
        if self.chance(0.1) and len(statements) == 1:
            statements = statements[0]
        return {"Version": "2012-10-17", "Statement": statements}

    def documents(self, action, resource, most=2, **kinds):
        return [
            {"name": f"document-{number}", "document": self.document(action, resource, **kinds)}
            for number in range(self.random.randint(1, most))
        ]

    def full_access(self):
        return {"name": "full", "document": {"Version": "2012-10-17", "Statement": {"Sid": "Full", "Effect": "Allow", "Action": "*", "Resource": "*"}}}

    def levels(self, action, resource):
        return [
            [self.full_access()] + (self.documents(action, resource, 1, deny=0.9) if self.chance(0.5) else [])
            if self.chance(0.75) else self.documents(action, resource, 1, deny=0.2)
            for _ in range(2)
        ]

    def context(self):
        context = {key: self.pick(values) for key, values in CONTEXT.items()}
        context["aws:PrincipalArn"] = ROLE
        context["aws:PrincipalAccount"] = OWN
        context["aws:MultiFactorAuthPresent"] = None
        return context

    def case(self, number):
        action, pattern = self.pick(REQUESTS)
        service = action.split(":")[0]
        kinds = ["identity", "boundary", "session", "scp"]
        if service in SERVICES_WITH_POLICY:
            kinds += ["resource", "resource", "cross-account", "cross-account"]
        if service != "kms":
            kinds += ["endpoint", "endpoint"]
        kind = self.pick(kinds)
        account = OTHER if kind == "cross-account" else OWN
        resource = pattern.format(region=REGION, account=account)
        policies = {"identity": self.documents(action, resource)}
        if self.chance(0.5):
            policies["identity"].append(self.full_access())
        if kind in ("boundary", "session"):
            policies[kind] = self.documents(action, resource, 1)
        if kind in ("resource", "cross-account"):
            policies["key" if service == "kms" else "resource"] = self.documents(action, resource, 1, principal=True)
        elif service == "kms":
            policies["key"] = [{"name": "default", "document": {"Version": "2012-10-17", "Statement": [
                {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*", "Resource": "*"}]}}]
        if kind == "endpoint":
            policies["endpoint"] = self.documents(action, resource, 1, any_principal=True)
        if kind == "scp":
            policies["scp"] = self.levels(action, resource)
        if service == "kms":
            policies["grants"] = []
        return {
            "name": f"{number} {kind} {action}",
            "request": {"principal": ROLE, "session": SESSION, "action": action, "resource": resource, "resource_account": account,
                        "context": self.context(), "other_keys": "absent"},
            "policies": policies,
        }


if __name__ == "__main__":
    generator = Generator(int(sys.argv[1]))
    print(json.dumps([generator.case(number) for number in range(int(sys.argv[2]))]))
