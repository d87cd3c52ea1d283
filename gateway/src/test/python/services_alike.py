"""Makes the calls of service_calls.py at the tool door, and compares with boto3's answers.

usage: services_alike.py GATEWAY AWS REGION CREDENTIALS [SERVICE ...]

GATEWAY has a connector of the same name for each service; its agent's token is AGENT_TOKEN of the
environment. AWS is the endpoint of moto or LocalStack, CREDENTIALS a JSON object with the role's
session. A call that changes something is made once, at the tool door. One that reads is made by
both, and its answers have to be the same: prints {"step": "service.Operation", "ok", "same"} and
where they differ.
"""

import base64
import datetime
import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

import boto3
from botocore import xform_name
from botocore.config import Config

from service_calls import CALLS
from steps import run

GATEWAY, AWS, REGION, CREDENTIALS = sys.argv[1:5]
READS = re.compile("Get|List|Describe|Head|Batch[GD]|Scan|Query|Search|View")
# what the reading itself changes, and what boto3 asks of S3 on its own
PASSING = {
    "ResponseMetadata",
    "EncodingType",
    "LastAccessed",
    "LastAccessedDate",
    "lastAccessedDate",
    "RoleLastUsed",
}


class Refused(Exception):
    """The tool door's problem."""


def call_at_the_door(service, operation, value):
    request = urllib.request.Request(
        f"{GATEWAY}/v1/connectors/{service}/{operation}",
        json.dumps(value).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Bearer " + os.environ["AGENT_TOKEN"],
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise Refused(f"{error.code} {error.read().decode(errors='replace')[:600]}") from None


def to_boto3(value, shape):
    """The input as boto3 wants it: blobs as bytes."""
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        return {k: to_boto3(v, shape.members[k]) for k, v in value.items()}
    if shape.type_name == "list":
        return [to_boto3(v, shape.member) for v in value]
    if shape.type_name == "map":
        return {k: to_boto3(v, shape.value) for k, v in value.items()}
    if shape.type_name == "blob":
        return base64.b64decode(value)
    return value


def from_boto3(value):
    """An answer of boto3 in the tool door's forms."""
    if isinstance(value, dict):
        return {k: from_boto3(v) for k, v in value.items() if k not in PASSING}
    if isinstance(value, (list, tuple)):
        return [from_boto3(v) for v in value]
    if isinstance(value, datetime.datetime):
        text = value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
        return text.rstrip("0").rstrip(".") + "Z"
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return value


def without_empty(value):
    """boto3 has [] where AWS sent nothing, and the tool door leaves out what is empty."""
    if isinstance(value, dict):
        kept = {k: without_empty(v) for k, v in value.items() if k not in PASSING}
        # the default Region of S3 is an empty element, which boto3 leaves out
        return {
            k: v
            for k, v in kept.items()
            if v not in ({}, [], None) and (k, v) != ("LocationConstraint", "")
        }
    if isinstance(value, list):
        return [without_empty(v) for v in value]
    return value


def first_difference(boto, door, pointer=""):
    """The first place where they differ, or None."""
    if isinstance(boto, dict) and isinstance(door, dict):
        for key in sorted(boto.keys() | door.keys()):
            if key not in boto or key not in door:
                where = "boto3" if key in boto else "the tool door"
                side = boto if key in boto else door
                return f"{pointer}/{key} only at {where}: {json.dumps(side[key])[:200]}"
            found = first_difference(boto[key], door[key], f"{pointer}/{key}")
            if found:
                return found
        return None
    if isinstance(boto, list) and isinstance(door, list) and len(boto) == len(door):
        for i, (one, other) in enumerate(zip(boto, door)):
            found = first_difference(one, other, f"{pointer}/{i}")
            if found:
                return found
        return None
    if isinstance(boto, (dict, list)) and isinstance(door, str):
        # boto3 reads JSON in a string for some members (policies of IAM, percent-encoded)
        try:
            return first_difference(boto, json.loads(urllib.parse.unquote(door)), pointer)
        except ValueError:
            pass
    if isinstance(boto, str) and isinstance(door, str) and is_same_moment(boto, door):
        return None
    same = boto == door and isinstance(boto, bool) == isinstance(door, bool)
    return None if same else f"{pointer}: boto3 {json.dumps(boto)[:200]}, the tool door {json.dumps(door)[:200]}"


def is_same_moment(one, other):
    """boto3 counts microseconds in a float; and moto makes some times anew for each answer."""
    form = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*Z"
    moments = [re.fullmatch(form, text) for text in (one, other)]
    if not all(moments):
        return False
    first, second = (datetime.datetime.fromisoformat(padded(m[1])) for m in moments)
    return abs(first - second) < datetime.timedelta(seconds=5)


def padded(text):
    """With six digits of fraction, which fromisoformat wants."""
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction:0<6}"


def filled(value, service, answers):
    """With what earlier answers have put in for "$Operation.member"."""
    if isinstance(value, dict):
        return {k: filled(v, service, answers) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, service, answers) for v in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    path = value[1:].split(".")
    at = answers[path.pop(0) if path[0] in answers and path[0] in CALLS else service]
    for name in path:
        at = at[int(name)] if isinstance(at, list) else at[name]
    return at


def boto3_client(service):
    given = json.loads(CREDENTIALS)
    return boto3.client(
        service,
        endpoint_url=AWS,
        region_name=REGION,
        aws_access_key_id=given["accessKeyId"],
        aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given.get("sessionToken"),
        config=Config(
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
            response_checksum_validation="when_required",
        ),
    )


def compare(client, service, operation, value):
    shape = client.meta.service_model.operation_model(operation).input_shape
    method = getattr(client, xform_name(operation))
    boto = method(**(to_boto3(value, shape) if shape else {}))
    door = call_at_the_door(service, operation, value)
    difference = first_difference(without_empty(from_boto3(boto)), without_empty(door))
    return door, difference


def main(services):
    answers = {}
    for service in services:
        client = boto3_client(service)
        answers[service] = {}
        for step, value in CALLS[service]:
            operation = step.partition("#")[0]

            def call():
                given = filled(value, service, answers)
                if READS.match(operation):
                    answer, difference = compare(client, service, operation, given)
                else:
                    answer, difference = call_at_the_door(service, operation, given), None
                answers[service][step] = answer
                return {"same": difference is None, "difference": difference}

            run(f"{service}.{step}", call)


# networks first: others name them
main(sorted(sys.argv[5:] or CALLS, key=lambda service: service != "ec2"))
