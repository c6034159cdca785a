"""Answers policy cases with PMapper's local simulation, in the Python environment where it is installed.

Usage: pmapper.py CASES. Endpoint policies are outside of what it knows.
"""

import collections
import collections.abc
import json
import sys

# PMapper was written for Python before 3.10.
for name in ("Mapping", "MutableMapping", "OrderedDict"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))

from principalmapper.common import Node, Policy  # noqa: E402
from principalmapper.querying.query_interface import local_check_authorization_full  # noqa: E402


def as_policies(documents):
    return [Policy(f"arn:aws:iam::111122223333:policy/{item['name']}", item["name"], item["document"]) for item in documents]


def answer(case):
    request, policies = case["request"], case["policies"]
    if "endpoint" in policies:
        return {"refused": "endpoint policies"}
    boundary = as_policies(policies.get("boundary", []))
    node = Node(request["principal"], "AROAEXAMPLE", as_policies(policies["identity"]), [], {"Statement": []}, None, 0, False, False,
                boundary[0] if boundary else None, False, {})
    resource = policies.get("key") or policies.get("resource")
    context = {key: value for key, value in request["context"].items() if value is not None}
    allowed = local_check_authorization_full(
        node, request["action"], request["resource"], context,
        resource[0]["document"] if resource else None, request["resource_account"] if resource else None,
        [as_policies(level) for level in policies["scp"]] if "scp" in policies else None,
        policies["session"][0]["document"] if "session" in policies else None)
    return {"decision": "allowed" if allowed else "denied"}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        try:
            result = answer(case)
        except Exception as error:  # noqa: BLE001 - whatever the referee cannot judge is counted as such
            result = {"refused": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps({"name": case["name"], **result}))


main()
