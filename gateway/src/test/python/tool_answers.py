"""Pages, waiters and the OpenAPI document of the tool door, beside boto3's.

usage: tool_answers.py GATEWAY REGION BUCKET TABLE

The agent's token is AGENT_TOKEN of the environment; boto3 goes through the SDK door of the same
gateway. Prints {"step", "ok", …} for each step.
"""

import json
import os
import sys
import urllib.parse
import urllib.request

import boto3
from openapi_spec_validator import validate

from steps import run

GATEWAY, REGION, BUCKET, TABLE = sys.argv[1:5]
PREFIX = "tool-answers/"


def request(path, body=None, **query):
    url = f"{GATEWAY}{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer " + os.environ["AGENT_TOKEN"]}
    with urllib.request.urlopen(
        urllib.request.Request(url, data, headers), timeout=60
    ) as answer:
        return json.loads(answer.read())


def call(connector, operation, body, **query):
    return request(f"/v1/connectors/{connector}/{operation}", body, **query)


def walked(connector, operation, body, key, items):
    """All items, so many to an answer."""
    got, answers, query = [], 0, {"max_items": items}
    while True:
        answer = call(connector, operation, body, **query)
        found = answer["output"].get(key, [])
        assert len(found) <= items, answer
        got += found
        answers += 1
        if "next" not in answer:
            return got, answers
        query["next"] = answer["next"]


def by_boto3(client, operation, body):
    return client.get_paginator(operation).paginate(**body).build_full_result()


def s3_pages():
    s3 = boto3.client("s3", region_name=REGION)
    for i in range(23):
        s3.put_object(Bucket=BUCKET, Key=f"{PREFIX}{i % 3}/{i:02d}", Body=b"x" * i)
    body = {"Bucket": BUCKET, "Prefix": PREFIX, "MaxKeys": 5}
    boto = by_boto3(s3, "list_objects_v2", body)["Contents"]
    door = call("lake", "ListObjectsV2", body, pages="all")
    keys, answers = walked("lake", "ListObjectsV2", body, "Contents", 4)
    deep = dict(body, Delimiter="/")
    selected = call("lake", "ListObjectsV2", body, pages="all", select="Contents[?Size > `20`].Key")
    return {
        "pages": door["pages"],
        "same": [(o["Key"], o["Size"]) for o in boto]
        == [(o["Key"], o["Size"]) for o in door["output"]["Contents"]],
        "walked": [o["Key"] for o in keys] == [o["Key"] for o in boto],
        "answers": answers,
        "prefixes": call("lake", "ListObjectsV2", deep, pages="all")["output"]["CommonPrefixes"]
        == by_boto3(s3, "list_objects_v2", deep)["CommonPrefixes"],
        "selected": selected["output"],
    }


def dynamodb_pages():
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    keys = dynamodb.describe_table(TableName=TABLE)["Table"]
    types = {a["AttributeName"]: a["AttributeType"] for a in keys["AttributeDefinitions"]}
    names = [k["AttributeName"] for k in keys["KeySchema"]]
    for i in range(17):
        item = {n: {types[n]: str(1000 + i)} for n in names}
        dynamodb.put_item(TableName=TABLE, Item=dict(item, note={"S": f"n{i}"}))
    scan = {"TableName": TABLE, "Limit": 4}
    boto = by_boto3(dynamodb, "scan", scan)
    door = call("orders", "Scan", scan, pages="all")
    items, answers = walked("orders", "Scan", scan, "Items", 3)
    query = {
        "TableName": TABLE,
        "Limit": 1,
        "KeyConditionExpression": f"{names[0]} = :k",
        "ExpressionAttributeValues": {":k": {types[names[0]]: "1003"}},
    }
    return {
        "pages": door["pages"],
        "same": door["output"]["Items"] == boto["Items"],
        "count": door["output"]["Count"] == boto["Count"],
        "walked": items == boto["Items"],
        "answers": answers,
        "query": call("orders", "Query", query, pages="all")["output"]["Items"]
        == by_boto3(dynamodb, "query", query)["Items"],
    }


def waiter():
    boto3.client("dynamodb", region_name=REGION).get_waiter("table_exists").wait(TableName=TABLE)
    answer = call("orders", "DescribeTable", {"TableName": TABLE}, wait="TableExists")
    return {"state": answer["wait"]["state"], "table": answer["output"]["Table"]["TableName"]}


def waiter_of_what_is_gone():
    answer = call("orders", "DescribeTable", {"TableName": "no-table"}, wait="TableNotExists")
    return {"state": answer["wait"]["state"], "code": answer["error"]["code"]}


def document():
    found = request("/openapi.json")
    validate(found)
    return {"version": found["openapi"], "paths": len(found["paths"])}


run("s3", s3_pages)
run("dynamodb", dynamodb_pages)
run("waiter", waiter)
run("gone", waiter_of_what_is_gone)
run("openapi", document)
