"""Fills a fresh moto with what the integration tests need, then switches its checks on.

usage: moto_bootstrap.py http://127.0.0.1:PORT

Prints one JSON object: the long-term key of the gateway's user, the ARNs of the roles, and the
names of the bucket, table, queue and secret. The checks must still be off.
"""

import json
import sys
import urllib.request

import boto3

ACCOUNT = "123456789012"
REGION = "us-east-1"
EXTERNAL_ID = "7f1c0d2e-acme"
# moto checks an action's prefix by signing name: CloudWatch is "monitoring" there
AGENT_ACTIONS = [
    "s3:*",
    "dynamodb:*",
    "sqs:*",
    "sts:*",
    "secretsmanager:*",
    "cloudwatch:*",
    "monitoring:*",
]


def client(endpoint, service):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="bootstrap",
        aws_secret_access_key="bootstrap",
    )


def policy(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principals, external_id=None):
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust_of_subject(subject):
    """For tokens of the tests' identity provider; strict_moto.py checks them."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::%s:oidc-provider/oidc.example" % ACCOUNT},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {"oidc.example:sub": subject}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def session_arn(role, session):
    return "arn:aws:sts::%s:assumed-role/%s/%s" % (ACCOUNT, role, session)


def switch_checks(endpoint, count):
    """Count 0 is on, inf is off. A form content type would be answered with 500."""
    request = urllib.request.Request(
        endpoint + "/moto-api/reset-auth",
        count.encode(),
        {"Content-Type": "text/plain"},
        method="POST",
    )
    with urllib.request.urlopen(request) as answer:
        answer.read()


def make_user_and_roles(iam):
    user = iam.create_user(UserName="gateway")["User"]["Arn"]
    key = iam.create_access_key(UserName="gateway")["AccessKey"]
    iam.put_user_policy(
        UserName="gateway", PolicyName="assume", PolicyDocument=policy("sts:AssumeRole", "sts:Get*")
    )
    roles = {}
    # moto compares the whole ARN of a session: so these hold the names of the sessions as well
    adapters = [user, session_arn("agents", "node"), session_arn("pod", "countersign")]
    for name, actions, trusted in [
        ("agents", AGENT_ACTIONS, trust(user)),
        ("partner", AGENT_ACTIONS, trust(user, EXTERNAL_ID)),
        ("nothing", ["iam:GetUser"], trust(user)),
        ("adapter", ["sts:AssumeRole"], trust(adapters)),
        ("warehouse", AGENT_ACTIONS, trust(session_arn("adapter", "countersign"), EXTERNAL_ID)),
        ("everything", ["*"], trust(user)),
        ("pod", AGENT_ACTIONS, trust_of_subject("system:serviceaccount:agents:countersign")),
    ]:
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)
        roles[name] = role["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="use", PolicyDocument=policy(*actions))
    return key, roles


def make_resources(endpoint):
    client(endpoint, "s3").create_bucket(Bucket="lake")
    client(endpoint, "dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    queue = client(endpoint, "sqs").create_queue(QueueName="jobs")["QueueUrl"]
    secret = client(endpoint, "secretsmanager").create_secret(
        Name="warehouse/password", SecretString="correct horse"
    )
    return {
        "bucket": "lake",
        "table": "orders",
        "queue": "jobs",
        "queueUrl": queue,
        "secret": "warehouse/password",
        "secretArn": secret["ARN"],
        "secretValue": "correct horse",
    }


def main():
    endpoint = sys.argv[1]
    switch_checks(endpoint, "inf")
    key, roles = make_user_and_roles(client(endpoint, "iam"))
    resources = make_resources(endpoint)
    switch_checks(endpoint, "0")
    facts = {
        "account": ACCOUNT,
        "region": REGION,
        "externalId": EXTERNAL_ID,
        "accessKeyId": key["AccessKeyId"],
        "secretAccessKey": key["SecretAccessKey"],
        "roles": roles,
    }
    print(json.dumps(facts | resources))


if __name__ == "__main__":
    main()
