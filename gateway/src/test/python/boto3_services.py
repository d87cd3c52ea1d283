"""The other services as a Python agent uses them. usage: boto3_services.py REGION FACTS SERVICE ...

FACTS is the JSON that moto_bootstrap.py prints: the names of table, queue and secret. Takes
endpoint and credentials from the environment, as any boto3 program does.
"""

import json
import sys

import boto3

from steps import run

REGION, FACTS, SERVICES = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]


def client(service):
    return boto3.client(service, region_name=REGION)


def dynamodb():
    table = FACTS["table"]
    db = client("dynamodb")

    def put_and_get():
        item = {"id": {"S": "order 1"}, "total": {"N": "12.50"}, "note": {"S": "größe 🦀"}}
        db.put_item(TableName=table, Item=item)
        back = db.get_item(TableName=table, Key={"id": {"S": "order 1"}})["Item"]
        return {"same": back == item}

    def query():
        rows = db.query(
            TableName=table,
            KeyConditionExpression="id = :id",
            ExpressionAttributeValues={":id": {"S": "order 1"}},
        )
        return {"count": rows["Count"]}

    run("dynamodb.list", lambda: {"tables": db.list_tables()["TableNames"]})
    run("dynamodb.item", put_and_get)
    run("dynamodb.query", query)


def sqs():
    queues = client("sqs")

    def send_and_receive():
        url = queues.get_queue_url(QueueName=FACTS["queue"])["QueueUrl"]
        sent = queues.send_message(QueueUrl=url, MessageBody="hello & <welcome> 🦀")["MessageId"]
        # other tests use the queue as well
        received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        message = next(m for m in received if m["MessageId"] == sent)
        queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return {"body": message["Body"]}

    run("sqs.message", send_and_receive)


def sts():
    identity = client("sts")

    def caller():
        answer = identity.get_caller_identity()
        return {"arn": answer["Arn"], "account": answer["Account"]}

    run("sts.caller", caller)


def secretsmanager():
    secrets = client("secretsmanager")

    def describe():
        return {"name": secrets.describe_secret(SecretId=FACTS["secret"])["Name"]}

    def value():
        return {"value": secrets.get_secret_value(SecretId=FACTS["secret"])["SecretString"]}

    run("secretsmanager.describe", describe)
    run("secretsmanager.value", value)


for service in SERVICES:
    {"dynamodb": dynamodb, "sqs": sqs, "sts": sts, "secretsmanager": secretsmanager}[service]()
