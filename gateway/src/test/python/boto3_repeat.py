"""Equal writes within one second, as a Python agent makes them. usage: boto3_repeat.py REGION FACTS

botocore signs nothing that would tell two equal calls of one second apart, so the gateway takes the
second for a copy of the first. What counts is whether the caller notices.
"""

import json
import sys
import threading
import time
import uuid

import boto3
from botocore.config import Config

from steps import run

REGION, FACTS = sys.argv[1], json.loads(sys.argv[2])
TABLE = FACTS["table"]


def client(mode):
    config = Config(retries={"mode": mode} if mode else {}, max_pool_connections=32)
    return boto3.client("dynamodb", region_name=REGION, config=config)


def add(tables, counter):
    answer = tables.update_item(
        TableName=TABLE,
        Key={"id": {"S": counter}},
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    return answer["ResponseMetadata"]["RetryAttempts"]


def counted(tables, counter):
    item = tables.get_item(TableName=TABLE, Key={"id": {"S": counter}}, ConsistentRead=True)
    return int(item["Item"]["times"]["N"])


def start_of_a_second():
    time.sleep(1.02 - time.time() % 1)


def one_after_another(mode, count):
    tables = client(mode)
    counter = "again " + str(uuid.uuid4())
    start_of_a_second()
    begun = time.monotonic()
    retries = [add(tables, counter) for _ in range(count)]
    return {
        "counted": counted(tables, counter),
        "retries": sum(retries),
        "seconds": round(time.monotonic() - begun, 1),
    }


def at_once(mode, count):
    tables = client(mode)
    add(tables, "warm " + str(uuid.uuid4()))
    counter = "at once " + str(uuid.uuid4())
    retries, failed = [], []

    def one():
        try:
            retries.append(add(tables, counter))
        except Exception as e:
            failed.append(str(e))

    start_of_a_second()
    begun = time.monotonic()
    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "counted": counted(tables, counter),
        "retries": sum(retries),
        "failed": failed,
        "seconds": round(time.monotonic() - begun, 1),
    }


for name in ("default", "legacy", "standard"):
    mode = None if name == "default" else name
    run(name + ".in-turn", lambda: one_after_another(mode, 4))
    run(name + ".at-once", lambda: at_once(mode, 3))
