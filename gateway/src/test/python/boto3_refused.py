"""Calls that shall be refused, in each protocol. usage: boto3_refused.py REGION FACTS

Each error must come in the shape that makes boto3 raise its own exception of that code.
"""

import json
import sys

import boto3

from steps import run

REGION, FACTS = sys.argv[1], json.loads(sys.argv[2])


def client(service):
    return boto3.client(service, region_name=REGION)


s3 = client("s3")
run("s3.delete_bucket", lambda: s3.delete_bucket(Bucket=FACTS["bucket"]))
run("s3.bucket_policy", lambda: s3.put_bucket_policy(Bucket=FACTS["bucket"], Policy="{}"))
run("dynamodb.delete_table", lambda: client("dynamodb").delete_table(TableName=FACTS["table"]))
run("sqs.purge", lambda: client("sqs").purge_queue(QueueUrl=FACTS["queueUrl"]))
run("sts.session_token", lambda: client("sts").get_session_token())
run(
    "sts.assume_role",
    lambda: client("sts").assume_role(RoleArn=FACTS["roles"]["agents"], RoleSessionName="xx"),
)
run("iam.access_key", lambda: client("iam").create_access_key(UserName="gateway"))
run("kms.list_keys", lambda: client("kms").list_keys())
