"""Signs the three requests with botocore and prints nanoseconds for one signature.

    python peer.py REQUESTS SAMPLES MILLIS
"""

import datetime
import json
import platform
import sys
import time

import botocore
import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials


def prepare(given, request):
    """A function that signs once and answers the signature."""
    credentials = Credentials(given["access-key-id"], given["secret"], given["token"])
    region, service, case = given["region"], request["service"], request["case"]
    url = f"https://{request['host']}{request['path']}"
    if request["query"]:
        url += "?" + request["query"]
    headers = {k: v for k, v in request["headers"].items() if k != "Host"}

    def made():
        return AWSRequest(
            method=request["method"], url=url, headers=headers, data=request["body"].encode()
        )

    if case == "presigned-get":
        auth = S3SigV4QueryAuth(credentials, service, region, expires=given["expires-seconds"])

        def presign():
            signed = made()
            auth.add_auth(signed)
            return signed.url.rpartition("X-Amz-Signature=")[2]

        return presign
    unsigned = Config(s3={"payload_signing_enabled": False})
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)

    def sign():
        signed = made()
        if service == "s3":
            signed.context["client_config"] = unsigned
        auth.add_auth(signed)
        return signed.headers["Authorization"].rpartition("Signature=")[2]

    return sign


def sample(sign, seconds):
    begun = time.perf_counter_ns()
    end = begun + int(seconds * 1e9)
    signed = 0
    while time.perf_counter_ns() < end:
        for _ in range(20):
            sign()
        signed += 20
    return (time.perf_counter_ns() - begun) / signed


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    samples, seconds = int(sys.argv[2]), int(sys.argv[3]) / 1000
    at = datetime.datetime.fromisoformat(given["time"].replace("Z", "+00:00"))
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: (
        at.replace(tzinfo=None) if remove_tzinfo else at
    )
    results = []
    for request in given["requests"]:
        sign = prepare(given, request)
        got = sign()
        if got != request["signature"]:
            sys.exit(
                f"python: {request['case']}: the signature is {got}, not {request['signature']}"
            )
        sample(sign, seconds)
        results.append(
            {
                "signer": "python",
                "label": f"Python {platform.python_version()}, botocore {botocore.__version__}",
                "case": request["case"],
                "ns": [round(sample(sign, seconds), 1) for _ in range(samples)],
            }
        )
    print(json.dumps(results))


main()
