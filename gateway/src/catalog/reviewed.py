"""Reviewed facts that neither the service models nor the Service Authorization Reference state.

Each table is service -> operation -> fact. build_catalog.py stops when a name is not in the models.
"""

# Operations whose IAM action has another name. S3: "Required permissions for Amazon S3 API
# operations" in the S3 user guide; the others: their API reference pages. An empty list: no action.
IAM_ACTIONS = {
    "s3": {
        "CompleteMultipartUpload": ["PutObject"],
        "CopyObject": ["GetObject", "PutObject"],
        "CreateBucketMetadataConfiguration": ["CreateBucketMetadataTableConfiguration"],
        "CreateMultipartUpload": ["PutObject"],
        "DeleteBucketAnalyticsConfiguration": ["PutAnalyticsConfiguration"],
        "DeleteBucketCors": ["PutBucketCORS"],
        "DeleteBucketEncryption": ["PutEncryptionConfiguration"],
        "DeleteBucketIntelligentTieringConfiguration": ["PutIntelligentTieringConfiguration"],
        "DeleteBucketInventoryConfiguration": ["PutInventoryConfiguration"],
        "DeleteBucketLifecycle": ["PutLifecycleConfiguration"],
        "DeleteBucketMetadataConfiguration": ["DeleteBucketMetadataTableConfiguration"],
        "DeleteBucketMetricsConfiguration": ["PutMetricsConfiguration"],
        "DeleteBucketOwnershipControls": ["PutBucketOwnershipControls"],
        "DeleteBucketReplication": ["PutReplicationConfiguration"],
        "DeleteBucketTagging": ["PutBucketTagging"],
        "DeleteObjects": ["DeleteObject"],
        "DeletePublicAccessBlock": ["PutBucketPublicAccessBlock"],
        "GetBucketAccelerateConfiguration": ["GetAccelerateConfiguration"],
        "GetBucketAnalyticsConfiguration": ["GetAnalyticsConfiguration"],
        "GetBucketEncryption": ["GetEncryptionConfiguration"],
        "GetBucketIntelligentTieringConfiguration": ["GetIntelligentTieringConfiguration"],
        "GetBucketInventoryConfiguration": ["GetInventoryConfiguration"],
        "GetBucketLifecycle": ["GetLifecycleConfiguration"],
        "GetBucketLifecycleConfiguration": ["GetLifecycleConfiguration"],
        "GetBucketMetadataConfiguration": ["GetBucketMetadataTableConfiguration"],
        "GetBucketMetricsConfiguration": ["GetMetricsConfiguration"],
        "GetBucketNotificationConfiguration": ["GetBucketNotification"],
        "GetBucketReplication": ["GetReplicationConfiguration"],
        "GetObjectLockConfiguration": ["GetBucketObjectLockConfiguration"],
        "GetPublicAccessBlock": ["GetBucketPublicAccessBlock"],
        "HeadBucket": ["ListBucket"],
        "HeadObject": ["GetObject"],
        "ListBucketAnalyticsConfigurations": ["GetAnalyticsConfiguration"],
        "ListBucketIntelligentTieringConfigurations": ["GetIntelligentTieringConfiguration"],
        "ListBucketInventoryConfigurations": ["GetInventoryConfiguration"],
        "ListBucketMetricsConfigurations": ["GetMetricsConfiguration"],
        "ListBuckets": ["ListAllMyBuckets"],
        "ListMultipartUploads": ["ListBucketMultipartUploads"],
        "ListObjectVersions": ["ListBucketVersions"],
        "ListObjects": ["ListBucket"],
        "ListObjectsV2": ["ListBucket"],
        "ListParts": ["ListMultipartUploadParts"],
        "PutBucketAccelerateConfiguration": ["PutAccelerateConfiguration"],
        "PutBucketAnalyticsConfiguration": ["PutAnalyticsConfiguration"],
        "PutBucketEncryption": ["PutEncryptionConfiguration"],
        "PutBucketIntelligentTieringConfiguration": ["PutIntelligentTieringConfiguration"],
        "PutBucketInventoryConfiguration": ["PutInventoryConfiguration"],
        "PutBucketLifecycle": ["PutLifecycleConfiguration"],
        "PutBucketLifecycleConfiguration": ["PutLifecycleConfiguration"],
        "PutBucketMetricsConfiguration": ["PutMetricsConfiguration"],
        "PutBucketNotificationConfiguration": ["PutBucketNotification"],
        "PutBucketReplication": ["PutReplicationConfiguration"],
        "PutObjectLockConfiguration": ["PutBucketObjectLockConfiguration"],
        "PutPublicAccessBlock": ["PutBucketPublicAccessBlock"],
        "SelectObjectContent": ["GetObject"],
        "UploadPart": ["PutObject"],
        "UploadPartCopy": ["GetObject", "PutObject"],
    },
    "lambda": {
        "Invoke": ["InvokeFunction"],
        "InvokeWithResponseStream": ["InvokeFunction"],
        "GetLayerVersionByArn": ["GetLayerVersion"],
    },
    "bedrock-runtime": {
        "Converse": ["InvokeModel"],
        "ConverseStream": ["InvokeModelWithResponseStream"],
        "InvokeModelWithBidirectionalStream": ["InvokeModelWithResponseStream"],
    },
    "dynamodb": {
        "TransactGetItems": ["GetItem"],
        "TransactWriteItems": ["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"],
        "ExecuteStatement": ["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"],
        "BatchExecuteStatement": [
            "PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"],
        "ExecuteTransaction": ["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"],
    },
    "kms": {"ReEncrypt": ["ReEncryptFrom", "ReEncryptTo"]},
    "redshift-data": {"GetStatementResultV2": ["GetStatementResult"]},
    "sns": {"PublishBatch": ["Publish"]},
    "sqs": {
        "ChangeMessageVisibilityBatch": ["ChangeMessageVisibility"],
        "DeleteMessageBatch": ["DeleteMessage"],
        "SendMessageBatch": ["SendMessage"],
    },
}

# Levels that the reference gives and that a read-only connector could not be trusted with. Only
# ever raised: (level, reason).
LEVELS = {
    "ec2": {
        "StartDeclarativePoliciesReport": ("W", "writes a report into a bucket"),
        "ExportVerifiedAccessInstanceClientConfiguration": ("W", "hands out a client secret"),
    },
    "iam": {
        "GenerateOrganizationsAccessReport": ("W", "starts a job"),
        "GenerateServiceLastAccessedDetails": ("W", "starts a job"),
        "GenerateCredentialReport": ("W", "starts a job"),
    },
    "logs": {"StopQuery": ("W", "stops a query that another may have started")},
    "sqs": {"ReceiveMessage": ("W", "hides the message and counts towards its dead letter queue")},
    "ssm": {"StartExecutionPreview": ("W", "starts a job")},
}

# Writes that may be sent twice with the effect of once, beyond what the models mark.
IDEMPOTENT = {
    "s3": {"DeleteObject", "PutObject", "UploadPart"},  # RFC 9110, section 9.2.2
}

# Operations whose answer is (or carries) a credential, a key or a URL that works as one. A gateway
# that exists so that agents hold none refuses them unless a connector names the operation.
ANSWERS_CREDENTIAL = {
    "athena": {
        "CreatePresignedNotebookUrl": "a signed URL and a token",
        "GetSessionEndpoint": "a session token",
    },
    "ec2": {
        "BundleInstance": "a signed upload policy",
        "CancelBundleTask": "a signed upload policy",
        "CreateKeyPair": "a private key",
        "CreateVerifiedAccessTrustProvider": "a client secret",
        "CreateVpnConnection": "the tunnels' pre-shared keys",
        "DescribeBundleTasks": "a signed upload policy",
        "DescribeVerifiedAccessTrustProviders": "a client secret",
        "DescribeVpnConnections": "the tunnels' pre-shared keys",
        "ExportVerifiedAccessInstanceClientConfiguration": "a client secret",
        "GetPasswordData": "the administrator's password",
        "GetVpnConnectionDeviceSampleConfiguration": "the tunnels' pre-shared keys",
        "ModifyVerifiedAccessTrustProvider": "a client secret",
        "ModifyVpnConnection": "the tunnels' pre-shared keys",
        "ModifyVpnConnectionOptions": "the tunnels' pre-shared keys",
        "ModifyVpnTunnelCertificate": "the tunnels' pre-shared keys",
        "ModifyVpnTunnelOptions": "the tunnels' pre-shared keys",
        "AttachVerifiedAccessTrustProvider": "a client secret",
        "DeleteVerifiedAccessTrustProvider": "a client secret",
        "DetachVerifiedAccessTrustProvider": "a client secret",
    },
    "glue": {
        "BatchGetJobs": "source control tokens",
        "GetConnection": "the connection's password",
        "GetConnections": "the connections' passwords",
        "GetDashboardUrl": "a signed URL",
        "GetJob": "source control tokens",
        "GetJobs": "source control tokens",
        "GetSessionEndpoint": "a session token",
        "GetSystemLogsForJobRun": "a signed URL",
        "GetSystemLogsForSession": "a signed URL",
    },
    "iam": {
        "AcquireRole": "not documented; by its name, a role's credentials",
        "CreateAccessKey": "a secret access key",
        "CreateServiceSpecificCredential": "a password",
        "CreateVirtualMFADevice": "the seed of a second factor",
        "ResetServiceSpecificCredential": "a password",
        "ListVirtualMFADevices": "the model can carry the seed of a second factor",
    },
    "kms": {
        "Decapsulate": "a shared secret",
        "DeriveSharedSecret": "a shared secret",
        "GenerateDataKey": "a key in plain text",
        "GenerateDataKeyPair": "a private key in plain text",
        "Encapsulate": "a shared secret",
    },
    "lambda": {
        "GetFunction": "a presigned URL of the code",
        "GetLayerVersion": "a presigned URL of the code",
        "GetLayerVersionByArn": "a presigned URL of the code",
    },
    "s3": {"CreateSession": "session credentials"},
    "secretsmanager": {
        "BatchGetSecretValue": "secrets",
        "GetSecretValue": "a secret",
    },
    "ssm": {
        "CreateActivation": "an activation code",
        "GetAccessToken": "credentials",
        "GetDeployablePatchSnapshotForInstance": "a presigned URL",
        "GetDocument": "presigned URLs of attachments",
        "GetParameter": "a secure string, with decryption",
        "GetParameterHistory": "secure strings, with decryption",
        "GetParameters": "secure strings, with decryption",
        "GetParametersByPath": "secure strings, with decryption",
        "ResumeSession": "a session token",
        "StartSession": "a session token",
    },
}
# STS exists to answer credentials: all of it but these.
STS_ANSWERS_NONE = {"GetCallerIdentity"}

# Operations that give a role to something that then acts with it (they need iam:PassRole).
PASSES_ROLE = {
    "ec2": {
        "AssociateIamInstanceProfile", "CreateFleet", "CreateFlowLogs", "CreateLaunchTemplate",
        "CreateLaunchTemplateVersion", "ImportImage", "ImportSnapshot", "ModifyFleet",
        "ModifySpotFleetRequest", "ReplaceIamInstanceProfileAssociation", "RequestSpotFleet",
        "RequestSpotInstances", "RunInstances", "RunScheduledInstances"},
    "events": {"CreateArchive", "CreateEndpoint", "PutRule", "PutTargets", "StartReplay",
               "UpdateEndpoint"},
    "glue": {
        "CreateCrawler", "CreateDevEndpoint", "CreateJob", "CreateMLTransform", "CreateSession",
        "StartColumnStatisticsTaskRun", "StartDataQualityRuleRecommendationRun",
        "StartDataQualityRulesetEvaluationRun", "CreateColumnStatisticsTaskSettings",
        "UpdateColumnStatisticsTaskSettings", "UpdateCrawler", "UpdateJob",
        "UpdateJobFromSourceControl", "UpdateMLTransform"},
    "iam": {"AddRoleToInstanceProfile"},
    "lambda": {"CreateFunction", "UpdateFunctionConfiguration"},
    "logs": {"PutDestination", "PutSubscriptionFilter"},
    "s3": {"PutBucketReplication"},
    "ssm": {"CreateActivation", "RegisterTaskWithMaintenanceWindow", "SendCommand",
            "StartAutomationExecution", "StartChangeRequestExecution", "UpdateMaintenanceWindowTask",
            "UpdateManagedInstanceRole"},
    "stepfunctions": {"CreateStateMachine", "TestState", "UpdateStateMachine"},
}


def answers_credential(service, name):
    if service == "sts":
        return name not in STS_ANSWERS_NONE
    return name in ANSWERS_CREDENTIAL.get(service, {})


def tables():
    """Every table by name, so that the builder can check its operations against the models."""
    return (
        ("IAM_ACTIONS", IAM_ACTIONS), ("LEVELS", LEVELS), ("IDEMPOTENT", IDEMPOTENT),
        ("ANSWERS_CREDENTIAL", ANSWERS_CREDENTIAL), ("PASSES_ROLE", PASSES_ROLE),
        ("STS_ANSWERS_NONE", {"sts": STS_ANSWERS_NONE}))
