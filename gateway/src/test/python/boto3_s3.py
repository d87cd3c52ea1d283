"""S3 as a Python agent uses it. usage: boto3_s3.py REGION BUCKET PREFIX LARGE_BYTES

Takes endpoint and credentials from the environment, as any boto3 program does.
"""

import hashlib
import io
import sys
import urllib.error
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from steps import run

REGION, BUCKET, PREFIX, LARGE = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
MIB = 1024 * 1024
AWKWARD_KEYS = {
    "plain": "plain.txt",
    "space": "a b  c.txt",
    "plus": "a+b.txt",
    "percent": "a%2Fb%20c.txt",
    "unicode": "größe/日本語/🦀.txt",
    "double-slash": "a//b///c.txt",
    "dots": "a/./b/../c.txt",
    "reserved": "a=b&c;d:e@f,g!h'i(j)k*l~m$n.txt",
    "question": "what?is#this.txt",
    "trailing-slash": "folder/",
}

s3 = boto3.client("s3", region_name=REGION, config=Config(signature_version="s3v4"))


def key(name):
    return PREFIX + name


def round_trip(name):
    body = ("body of " + name).encode()
    s3.put_object(Bucket=BUCKET, Key=key(name), Body=body)
    back = s3.get_object(Bucket=BUCKET, Key=key(name))["Body"].read()
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=key(name)).get("Contents", [])
    return {"same": back == body, "listed": [o["Key"] for o in listed] == [key(name)]}


def head_and_metadata():
    s3.put_object(
        Bucket=BUCKET, Key=key("meta"), Body=b"x", ContentType="text/csv", Metadata={"team": "a  b"}
    )
    head = s3.head_object(Bucket=BUCKET, Key=key("meta"))
    return {"type": head["ContentType"], "team": head["Metadata"]["team"]}


def byte_range():
    s3.put_object(Bucket=BUCKET, Key=key("digits"), Body=b"0123456789")
    part = s3.get_object(Bucket=BUCKET, Key=key("digits"), Range="bytes=2-5")
    return {"body": part["Body"].read().decode(), "range": part["ContentRange"]}


def empty_object():
    s3.put_object(Bucket=BUCKET, Key=key("empty"), Body=b"")
    return {"length": s3.get_object(Bucket=BUCKET, Key=key("empty"))["ContentLength"]}


def missing_object():
    s3.get_object(Bucket=BUCKET, Key=key("no-such-key"))


def list_in_pages():
    for i in range(5):
        s3.put_object(Bucket=BUCKET, Key=key("page/%d" % i), Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=BUCKET, Prefix=key("page/"), PaginationConfig={"PageSize": 2}
    )
    counts = [len(page.get("Contents", [])) for page in pages]
    return {"pages": len(counts), "keys": sum(counts)}


def pattern(length):
    block = bytes(range(256)) * 4096
    return (block * (length // len(block) + 1))[:length]


def multipart():
    body = pattern(11 * MIB + 17)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, key("multipart.bin"), Config=config)
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, key("multipart.bin"), back, Config=config)
    etag = s3.head_object(Bucket=BUCKET, Key=key("multipart.bin"))["ETag"]
    return {"same": back.getvalue() == body, "parts": etag.strip('"').partition("-")[2]}


def large_in_one_request():
    body = pattern(LARGE)
    s3.put_object(Bucket=BUCKET, Key=key("large.bin"), Body=body)
    stream = s3.get_object(Bucket=BUCKET, Key=key("large.bin"))["Body"]
    seen, length = hashlib.sha256(), 0
    for chunk in stream.iter_chunks(MIB):
        seen.update(chunk)
        length += len(chunk)
    return {"length": length, "same": seen.digest() == hashlib.sha256(body).digest()}


def copy():
    source = {"Bucket": BUCKET, "Key": key(AWKWARD_KEYS["unicode"])}
    s3.copy_object(Bucket=BUCKET, Key=key("copied.txt"), CopySource=source)
    body = s3.get_object(Bucket=BUCKET, Key=key("copied.txt"))["Body"].read()
    return {"body": body.decode()}


def delete():
    s3.delete_object(Bucket=BUCKET, Key=key("copied.txt"))
    doomed = [{"Key": key("page/%d" % i)} for i in range(5)]
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": doomed})
    left = s3.list_objects_v2(Bucket=BUCKET, Prefix=key("page/"))
    return {"deleted": len(answer["Deleted"]), "left": left["KeyCount"]}


def fetch(url, method="GET", body=None):
    # urllib would call the body a form, which moto would then parse as one
    headers = {"Content-Type": "application/octet-stream"} if body else {}
    request = urllib.request.Request(url, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.read()


def presigned_get():
    parameters = {"Bucket": BUCKET, "Key": key(AWKWARD_KEYS["space"])}
    url = s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=300)
    status, body = fetch(url)
    return {"status": status, "body": body.decode(), "url": url}


def presigned_put():
    parameters = {"Bucket": BUCKET, "Key": key("presigned-put.txt")}
    url = s3.generate_presigned_url("put_object", Params=parameters, ExpiresIn=300)
    status, _ = fetch(url, "PUT", b"by URL")
    back = s3.get_object(Bucket=BUCKET, Key=key("presigned-put.txt"))["Body"].read()
    return {"status": status, "body": back.decode()}


def presigned_and_tampered():
    parameters = {"Bucket": BUCKET, "Key": key(AWKWARD_KEYS["plain"])}
    url = s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=300)
    try:
        fetch(url.replace("plain.txt", "meta"))
    except urllib.error.HTTPError as refused:
        return {"status": refused.code, "body": refused.read().decode()}
    raise AssertionError("a presigned URL with a changed key was answered")


for label, awkward in AWKWARD_KEYS.items():
    run("key." + label, lambda name=awkward: round_trip(name))
run("metadata", head_and_metadata)
run("range", byte_range)
run("empty", empty_object)
run("missing", missing_object)
run("pages", list_in_pages)
run("multipart", multipart)
run("large", large_in_one_request)
run("copy", copy)
run("delete", delete)
run("presigned.get", presigned_get)
run("presigned.put", presigned_put)
run("presigned.tampered", presigned_and_tampered)
