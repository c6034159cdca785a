"""The IAM documents of a large account, as pages of `aws iam get-account-authorization-details`.

Deterministic: the same numbers give the same bytes. The policies have the sizes of real ones: the longest that IAM accepts has
6,144 characters without blanks.
"""

import json
import random

ACCOUNT = "111122223333"
SERVICES = ["s3", "dynamodb", "sqs", "sns", "kms", "logs", "secretsmanager", "ssm", "ecr", "lambda", "events", "states"]
VERBS = ["Get", "List", "Describe", "Put", "Create", "Delete", "Update", "Tag", "Batch", "Start"]
NOUNS = ["Object", "Item", "Message", "Topic", "Key", "Stream", "SecretValue", "Parameters", "Image", "Function", "Rule"]
VERSIONS = 3
ROLES_ON_A_PAGE = 100


def pages(roles, policies, of_sample):
    """The pages; the first one has the roles and policies of the sample, too."""
    chance = random.Random(14)
    names = [f"team-{number % 97}-service-{number}" for number in range(roles)]
    arns = [f"arn:aws:iam::{ACCOUNT}:policy/{name}" for name in (f"team-{n % 97}-policy-{n}" for n in range(policies))]
    count = -(-roles // ROLES_ON_A_PAGE)
    for number in range(count):
        role_names = names[number * ROLES_ON_A_PAGE:(number + 1) * ROLES_ON_A_PAGE]
        of_page = arns[number * policies // count:(number + 1) * policies // count]
        page = {
            "RoleDetailList": [role(chance, name, arns) for name in role_names],
            "GroupDetailList": [],
            "UserDetailList": [],
            "Policies": [managed_policy(chance, arn) for arn in of_page],
            "IsTruncated": number + 1 < count,
        }
        if number == 0:
            page["RoleDetailList"] += of_sample["RoleDetailList"]
            page["Policies"] += of_sample["Policies"]
        if page["IsTruncated"]:
            page["Marker"] = f"page-{number + 2}"
        yield page


def role(chance, name, arns):
    attached = chance.sample(arns, min(len(arns), 6))
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROA" + "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(17)),
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "CreateDate": "2025-03-04T09:12:44+00:00",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": chance.choice(["ecs-tasks.amazonaws.com", "lambda.amazonaws.com"])},
                "Action": "sts:AssumeRole",
            }],
        },
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(chance, 3)}],
        "AttachedManagedPolicies": [{"PolicyName": arn.rsplit("/", 1)[1], "PolicyArn": arn} for arn in attached],
        "Tags": [{"Key": "team", "Value": name.split("-service-", maxsplit=1)[0]}],
        "RoleLastUsed": {"LastUsedDate": "2026-11-22T18:00:00+00:00", "Region": "eu-west-1"},
    }


def managed_policy(chance, arn):
    versions = [
        {
            "Document": document(chance, 12),
            "VersionId": f"v{number}",
            "IsDefaultVersion": number == VERSIONS,
            "CreateDate": f"2026-0{number}-14T08:30:00+00:00",
        }
        for number in range(VERSIONS, 0, -1)
    ]
    return {
        "PolicyName": arn.rsplit("/", 1)[1],
        "PolicyId": "ANPA" + "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(17)),
        "Arn": arn,
        "Path": "/",
        "DefaultVersionId": f"v{VERSIONS}",
        "AttachmentCount": 2,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": "2026-01-14T08:30:00+00:00",
        "UpdateDate": f"2026-0{VERSIONS}-14T08:30:00+00:00",
        "PolicyVersionList": versions,
    }


def document(chance, statements):
    return {"Version": "2012-10-17", "Statement": [statement(chance, number) for number in range(statements)]}


def statement(chance, number):
    service = chance.choice(SERVICES)
    actions = sorted({f"{service}:{chance.choice(VERBS)}{chance.choice(NOUNS)}" for _ in range(6)})
    resources = [f"arn:aws:{service}:eu-west-1:{ACCOUNT}:team-{chance.randrange(97)}/{n}/*" for n in range(3)]
    one = {"Sid": f"Allow{number}", "Effect": "Allow", "Action": actions, "Resource": resources}
    if chance.random() < 0.3:
        one["Condition"] = {"StringEquals": {"aws:ResourceTag/team": f"team-{chance.randrange(97)}"}}
    return one


def details_of(metadata):
    """The roles and policies of a folder of single IAM documents, in the form of the account's details."""
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(metadata.glob("*.json"))}
    roles, policies = [], []
    for name, one in read.items():
        if name.startswith("role-") and "Role" in one:
            detail = dict(one["Role"])
            inline = [other for other in read.values() if "PolicyDocument" in other and other["RoleName"] == detail["RoleName"]]
            detail["RolePolicyList"] = [{key: other[key] for key in ("PolicyName", "PolicyDocument")} for other in inline]
            attached = read[f"attached-role-policies-{detail['RoleName']}.json"]["AttachedPolicies"]
            roles.append(detail | {"AttachedManagedPolicies": attached})
        elif name.startswith("policy-") and "Policy" in one:
            versions = [other["PolicyVersion"] for other in read.values() if "PolicyVersion" in other]
            policies.append(one["Policy"] | {"PolicyVersionList": versions})
    return {"RoleDetailList": roles, "Policies": policies}
