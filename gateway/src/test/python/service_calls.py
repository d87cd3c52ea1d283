"""Calls of many services, as data: for each service the operations in order, with their inputs.

An input's text "$Operation.member.0.member" stands for what an earlier answer of the service has
there. Names are not used by other tests.
"""

TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
    '{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
)
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::breadth/*"}]}'
)
ROLE = "arn:aws:iam::123456789012:role/breadth"
CERTIFICATE_DOMAIN = "breadth.example.com"
TEMPLATE = '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"stacked"}}}}'
MACHINE = '{"StartAt":"Done","States":{"Done":{"Type":"Pass","End":true}}}'
TAGS = [{"Key": "team", "Value": "größe & <co>"}]

CALLS = {
    "acm": [
        ("RequestCertificate", {"DomainName": CERTIFICATE_DOMAIN, "Tags": [{"Key": "a", "Value": "b"}]}),
        ("ListCertificates", {}),
        ("DescribeCertificate", {"CertificateArn": "$RequestCertificate.CertificateArn"}),
        ("ListTagsForCertificate", {"CertificateArn": "$RequestCertificate.CertificateArn"}),
    ],
    "amp": [
        ("CreateWorkspace", {"alias": "breadth", "tags": {"team": "größe"}}),
        ("ListWorkspaces", {}),
        ("DescribeWorkspace", {"workspaceId": "$CreateWorkspace.workspaceId"}),
    ],
    "apigateway": [
        ("CreateRestApi", {"name": "breadth", "description": "größe <&>", "tags": {"a b": "c/d"}}),
        ("GetRestApis", {}),
        ("GetRestApi", {"restApiId": "$CreateRestApi.id"}),
        ("GetResources", {"restApiId": "$CreateRestApi.id"}),
        ("CreateApiKey", {"name": "breadth", "enabled": True}),
        ("GetUsagePlans", {}),
    ],
    "apigatewayv2": [
        ("CreateApi", {"Name": "breadth", "ProtocolType": "HTTP"}),
        ("GetApis", {}),
        ("GetApi", {"ApiId": "$CreateApi.ApiId"}),
    ],
    "appconfig": [
        ("CreateApplication", {"Name": "breadth", "Description": "größe"}),
        ("GetApplication", {"ApplicationId": "$CreateApplication.Id"}),
    ],
    "application-autoscaling": [
        (
            "RegisterScalableTarget",
            {
                "ServiceNamespace": "dynamodb",
                "ResourceId": "table/breadth",
                "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
                "MinCapacity": 1,
                "MaxCapacity": 9,
            },
        ),
        ("DescribeScalableTargets", {"ServiceNamespace": "dynamodb"}),
    ],
    "appsync": [
        ("CreateGraphqlApi", {"name": "breadth", "authenticationType": "API_KEY"}),
        ("ListGraphqlApis", {}),
        ("GetGraphqlApi", {"apiId": "$CreateGraphqlApi.graphqlApi.apiId"}),
    ],
    "athena": [
        ("CreateWorkGroup", {"Name": "breadth", "Description": "größe"}),
        ("ListWorkGroups", {}),
        ("GetWorkGroup", {"WorkGroup": "breadth"}),
        ("ListDataCatalogs", {}),
    ],
    "autoscaling": [
        (
            "CreateLaunchConfiguration",
            {"LaunchConfigurationName": "breadth", "ImageId": "ami-12c6146b", "InstanceType": "t2.micro"},
        ),
        ("DescribeLaunchConfigurations", {}),
        ("DescribeAutoScalingGroups", {}),
    ],
    "backup": [
        ("CreateBackupVault", {"BackupVaultName": "breadth"}),
        ("ListBackupVaults", {}),
        ("DescribeBackupVault", {"BackupVaultName": "breadth"}),
    ],
    "batch": [
        (
            "RegisterJobDefinition",
            {
                "jobDefinitionName": "breadth",
                "type": "container",
                "containerProperties": {"image": "busybox", "vcpus": 1, "memory": 128},
            },
        ),
        ("DescribeJobDefinitions", {}),
        ("DescribeComputeEnvironments", {}),
    ],
    "budgets": [
        (
            "CreateBudget",
            {
                "AccountId": "123456789012",
                "Budget": {
                    "BudgetName": "breadth",
                    "BudgetLimit": {"Amount": "10", "Unit": "USD"},
                    "TimeUnit": "DAILY",
                    "BudgetType": "COST",
                },
            },
        ),
        ("DescribeBudgets", {"AccountId": "123456789012"}),
        ("DescribeBudget", {"AccountId": "123456789012", "BudgetName": "breadth"}),
    ],
    "ce": [
        (
            "GetCostAndUsage",
            {
                "TimePeriod": {"Start": "2026-10-01", "End": "2026-11-01"},
                "Granularity": "MONTHLY",
                "Metrics": ["UnblendedCost"],
            },
        ),
    ],
    "cloudformation": [
        ("CreateStack", {"StackName": "breadth", "TemplateBody": TEMPLATE, "Tags": TAGS}),
        ("DescribeStacks", {"StackName": "breadth"}),
        ("ListStacks", {"StackStatusFilter": ["CREATE_COMPLETE"]}),
        ("ListStackResources", {"StackName": "breadth"}),
        ("GetTemplate", {"StackName": "breadth"}),
    ],
    "cloudfront": [
        (
            "CreateOriginAccessControl",
            {
                "OriginAccessControlConfig": {
                    "Name": "breadth",
                    "Description": "größe <&>",
                    "SigningProtocol": "sigv4",
                    "SigningBehavior": "always",
                    "OriginAccessControlOriginType": "s3",
                }
            },
        ),
        ("GetOriginAccessControl", {"Id": "$CreateOriginAccessControl.OriginAccessControl.Id"}),
        ("ListDistributions", {}),
    ],
    "cloudtrail": [
        ("CreateTrail", {"Name": "breadth", "S3BucketName": "lake"}),
        ("DescribeTrails", {}),
        ("GetTrailStatus", {"Name": "breadth"}),
    ],
    "cloudwatch": [
        (
            "PutMetricAlarm",
            {
                "AlarmName": "breadth größe",
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "MetricName": "m",
                "Namespace": "n",
                "Period": 60,
                "Statistic": "Average",
                "Threshold": 0.25,
            },
        ),
        ("DescribeAlarms", {}),
        (
            "PutMetricData",
            {
                "Namespace": "breadth",
                "MetricData": [{"MetricName": "seen", "Value": 1.5, "Timestamp": "2026-11-24T10:00:00Z"}],
            },
        ),
        ("ListMetrics", {"Namespace": "breadth"}),
    ],
    "codebuild": [
        (
            "CreateProject",
            {
                "name": "breadth",
                "source": {"type": "S3", "location": "lake/source.zip"},
                "artifacts": {"type": "NO_ARTIFACTS"},
                "environment": {"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
                "serviceRole": ROLE,
            },
        ),
        ("ListProjects", {}),
        ("BatchGetProjects", {"names": ["breadth"]}),
    ],
    "codecommit": [
        ("CreateRepository", {"repositoryName": "breadth", "repositoryDescription": "größe"}),
        ("GetRepository", {"repositoryName": "breadth"}),
    ],
    "cognito-identity": [
        ("CreateIdentityPool", {"IdentityPoolName": "breadth", "AllowUnauthenticatedIdentities": True}),
        ("ListIdentityPools", {"MaxResults": 10}),
        ("DescribeIdentityPool", {"IdentityPoolId": "$CreateIdentityPool.IdentityPoolId"}),
    ],
    "cognito-idp": [
        ("CreateUserPool", {"PoolName": "breadth", "UserPoolTags": {"team": "größe"}}),
        ("ListUserPools", {"MaxResults": 10}),
        ("DescribeUserPool", {"UserPoolId": "$CreateUserPool.UserPool.Id"}),
        (
            "AdminCreateUser",
            {
                "UserPoolId": "$CreateUserPool.UserPool.Id",
                "Username": "ada",
                "UserAttributes": [{"Name": "email", "Value": "ada@example.com"}],
            },
        ),
        ("ListUsers", {"UserPoolId": "$CreateUserPool.UserPool.Id"}),
    ],
    "config": [
        (
            "PutConfigurationRecorder",
            {"ConfigurationRecorder": {"name": "breadth", "roleARN": ROLE}},
        ),
        ("DescribeConfigurationRecorders", {}),
    ],
    "datasync": [
        ("CreateLocationS3", {"S3BucketArn": "arn:aws:s3:::lake", "S3Config": {"BucketAccessRoleArn": ROLE}}),
        ("ListLocations", {}),
    ],
    "dms": [
        ("DescribeReplicationTasks", {}),
        ("DescribeReplicationInstances", {}),
    ],
    "ds": [
        (
            "CreateDirectory",
            {
                "Name": "breadth.example.com",
                "Password": "Password-4-breadth",
                "Size": "Small",
                "VpcSettings": {"VpcId": "$ec2.CreateVpc.Vpc.VpcId", "SubnetIds": ["$ec2.CreateSubnet.Subnet.SubnetId", "$ec2.CreateSubnet#2.Subnet.SubnetId"]},
            },
        ),
        ("DescribeDirectories", {}),
    ],
    "dynamodb": [
        (
            "CreateTable",
            {
                "TableName": "breadth",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "Tags": TAGS,
            },
        ),
        ("DescribeTable", {"TableName": "breadth"}),
        (
            "PutItem",
            {
                "TableName": "breadth",
                "Item": {
                    "id": {"S": "größe 🦀"},
                    "n": {"N": "1.50"},
                    "b": {"B": "AAEC/w=="},
                    "l": {"L": [{"BOOL": True}, {"NULL": True}, {"SS": ["x", "y"]}]},
                },
            },
        ),
        ("GetItem", {"TableName": "breadth", "Key": {"id": {"S": "größe 🦀"}}}),
        ("Scan", {"TableName": "breadth"}),
        ("ListTables", {}),
    ],
    "ec2": [
        (
            "CreateVpc",
            {
                "CidrBlock": "10.9.0.0/16",
                "TagSpecifications": [{"ResourceType": "vpc", "Tags": TAGS}],
            },
        ),
        ("CreateSubnet", {"VpcId": "$CreateVpc.Vpc.VpcId", "CidrBlock": "10.9.1.0/24", "AvailabilityZone": "us-east-1a"}),
        ("CreateSubnet#2", {"VpcId": "$CreateVpc.Vpc.VpcId", "CidrBlock": "10.9.2.0/24", "AvailabilityZone": "us-east-1b"}),
        ("CreateSecurityGroup", {"GroupName": "breadth", "Description": "größe", "VpcId": "$CreateVpc.Vpc.VpcId"}),
        (
            "AuthorizeSecurityGroupIngress",
            {
                "GroupId": "$CreateSecurityGroup.GroupId",
                "IpPermissions": [
                    {
                        "IpProtocol": "tcp",
                        "FromPort": 443,
                        "ToPort": 443,
                        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "a"}, {"CidrIp": "10.9.0.0/16"}],
                    }
                ],
            },
        ),
        ("DescribeVpcs", {"VpcIds": ["$CreateVpc.Vpc.VpcId"]}),
        ("DescribeSubnets", {"Filters": [{"Name": "vpc-id", "Values": ["$CreateVpc.Vpc.VpcId"]}]}),
        ("DescribeSecurityGroups", {"GroupIds": ["$CreateSecurityGroup.GroupId"]}),
        ("DescribeRegions", {}),
        ("DescribeAvailabilityZones", {}),
        ("DescribeImages", {"Owners": ["amazon"]}),
        ("DescribeInstances", {"MaxResults": 5}),
    ],
    "ecr": [
        ("CreateRepository", {"repositoryName": "breadth", "imageTagMutability": "IMMUTABLE"}),
        ("DescribeRepositories", {}),
        ("ListTagsForResource", {"resourceArn": "$CreateRepository.repository.repositoryArn"}),
    ],
    "ecs": [
        ("CreateCluster", {"clusterName": "breadth", "tags": [{"key": "a", "value": "b"}]}),
        ("ListClusters", {}),
        ("DescribeClusters", {"clusters": ["breadth"]}),
        (
            "RegisterTaskDefinition",
            {
                "family": "breadth",
                "containerDefinitions": [{"name": "c", "image": "busybox", "memory": 64, "environment": [{"name": "A", "value": "größe"}]}],
            },
        ),
        ("DescribeTaskDefinition", {"taskDefinition": "breadth"}),
    ],
    "efs": [
        ("CreateFileSystem", {"Tags": TAGS, "Encrypted": True}),
        ("DescribeFileSystems", {"FileSystemId": "$CreateFileSystem.FileSystemId"}),
    ],
    "eks": [
        (
            "CreateCluster",
            {
                "name": "breadth",
                "roleArn": ROLE,
                "resourcesVpcConfig": {"subnetIds": ["$ec2.CreateSubnet.Subnet.SubnetId"]},
                "tags": {"team": "größe"},
            },
        ),
        ("ListClusters", {}),
        ("DescribeCluster", {"name": "breadth"}),
    ],
    "elasticache": [
        (
            "CreateCacheSubnetGroup",
            {
                "CacheSubnetGroupName": "breadth",
                "CacheSubnetGroupDescription": "größe",
                "SubnetIds": ["$ec2.CreateSubnet.Subnet.SubnetId"],
            },
        ),
        ("DescribeCacheSubnetGroups", {}),
        ("DescribeCacheClusters", {}),
    ],
    "elasticbeanstalk": [
        ("CreateApplication", {"ApplicationName": "breadth"}),
        ("DescribeApplications", {}),
    ],
    "elb": [
        (
            "CreateLoadBalancer",
            {
                "LoadBalancerName": "breadth",
                "Listeners": [{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 8080}],
                "AvailabilityZones": ["us-east-1a"],
            },
        ),
        ("DescribeLoadBalancers", {}),
    ],
    "elbv2": [
        (
            "CreateTargetGroup",
            {"Name": "breadth", "Protocol": "HTTP", "Port": 8080, "VpcId": "$ec2.CreateVpc.Vpc.VpcId"},
        ),
        ("DescribeTargetGroups", {}),
        ("DescribeLoadBalancers", {}),
    ],
    "emr": [
        ("CreateSecurityConfiguration", {"Name": "breadth", "SecurityConfiguration": "{}"}),
        ("DescribeSecurityConfiguration", {"Name": "breadth"}),
        ("ListClusters", {}),
    ],
    "events": [
        ("PutRule", {"Name": "breadth", "ScheduleExpression": "rate(5 minutes)", "Description": "größe"}),
        ("DescribeRule", {"Name": "breadth"}),
        ("ListRules", {"NamePrefix": "breadth"}),
        ("ListEventBuses", {}),
    ],
    "firehose": [
        (
            "CreateDeliveryStream",
            {
                "DeliveryStreamName": "breadth",
                "S3DestinationConfiguration": {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"},
            },
        ),
        ("ListDeliveryStreams", {}),
        ("DescribeDeliveryStream", {"DeliveryStreamName": "breadth"}),
        ("PutRecord", {"DeliveryStreamName": "breadth", "Record": {"Data": "AAEC/w=="}}),
    ],
    "fsx": [("DescribeFileSystems", {})],
    "glacier": [
        ("CreateVault", {"accountId": "-", "vaultName": "breadth"}),
        ("ListVaults", {"accountId": "-"}),
        ("DescribeVault", {"accountId": "-", "vaultName": "breadth"}),
    ],
    "glue": [
        ("CreateDatabase", {"DatabaseInput": {"Name": "breadth", "Description": "größe", "Parameters": {"a": "b"}}}),
        ("GetDatabases", {}),
        (
            "CreateTable",
            {
                "DatabaseName": "breadth",
                "TableInput": {
                    "Name": "t",
                    "StorageDescriptor": {"Columns": [{"Name": "c", "Type": "int"}], "Location": "s3://lake/t/"},
                },
            },
        ),
        ("GetTable", {"DatabaseName": "breadth", "Name": "t"}),
        ("GetTables", {"DatabaseName": "breadth"}),
    ],
    "guardduty": [
        ("CreateDetector", {"Enable": True}),
        ("ListDetectors", {}),
        ("GetDetector", {"DetectorId": "$CreateDetector.DetectorId"}),
    ],
    "iam": [
        (
            "CreateRole",
            {"RoleName": "breadth", "AssumeRolePolicyDocument": TRUST, "Description": "größe <&>", "Tags": [{"Key": "a", "Value": "b c"}]},
        ),
        ("GetRole", {"RoleName": "breadth"}),
        ("PutRolePolicy", {"RoleName": "breadth", "PolicyName": "p", "PolicyDocument": POLICY}),
        ("GetRolePolicy", {"RoleName": "breadth", "PolicyName": "p"}),
        ("ListRolePolicies", {"RoleName": "breadth"}),
        ("CreatePolicy", {"PolicyName": "breadth", "PolicyDocument": POLICY}),
        ("GetPolicy", {"PolicyArn": "$CreatePolicy.Policy.Arn"}),
        ("ListPolicies", {"Scope": "Local"}),
        ("GetAccountSummary", {}),
        ("ListRoleTags", {"RoleName": "breadth"}),
    ],
    "iot": [
        ("CreateThing", {"thingName": "breadth", "attributePayload": {"attributes": {"a": "b"}}}),
        ("DescribeThing", {"thingName": "breadth"}),
        ("ListThings", {}),
    ],
    "kafka": [("ListClusters", {}), ("ListClustersV2", {})],
    "kinesis": [
        ("CreateStream", {"StreamName": "breadth", "ShardCount": 1}),
        ("DescribeStreamSummary", {"StreamName": "breadth"}),
        ("ListStreams", {}),
        ("PutRecord", {"StreamName": "breadth", "Data": "AAEC/w==", "PartitionKey": "größe"}),
        ("ListShards", {"StreamName": "breadth"}),
    ],
    "kms": [
        ("CreateKey", {"Description": "größe", "Tags": [{"TagKey": "a", "TagValue": "b"}]}),
        ("DescribeKey", {"KeyId": "$CreateKey.KeyMetadata.KeyId"}),
        ("GetKeyPolicy", {"KeyId": "$CreateKey.KeyMetadata.KeyId", "PolicyName": "default"}),
        ("ListResourceTags", {"KeyId": "$CreateKey.KeyMetadata.KeyId"}),
        ("ListAliases", {}),
    ],
    "lakeformation": [("GetDataLakeSettings", {}), ("ListResources", {})],
    "lambda": [
        ("ListFunctions", {}),
        ("ListLayers", {}),
        ("ListEventSourceMappings", {}),
    ],
    "logs": [
        ("CreateLogGroup", {"logGroupName": "/breadth/größe", "tags": {"a": "b"}}),
        ("CreateLogStream", {"logGroupName": "/breadth/größe", "logStreamName": "one"}),
        ("DescribeLogGroups", {"logGroupNamePrefix": "/breadth"}),
        ("DescribeLogStreams", {"logGroupName": "/breadth/größe"}),
        (
            "PutLogEvents",
            {
                "logGroupName": "/breadth/größe",
                "logStreamName": "one",
                "logEvents": [{"timestamp": 1795000000000, "message": "größe 🦀"}],
            },
        ),
    ],
    "mediaconnect": [("ListFlows", {})],
    "memorydb": [("DescribeClusters", {}), ("DescribeSubnetGroups", {})],
    "mq": [("ListBrokers", {}), ("ListConfigurations", {})],
    "neptune": [("DescribeDBClusters", {})],
    "opensearch": [
        ("CreateDomain", {"DomainName": "breadth", "EngineVersion": "OpenSearch_2.11"}),
        ("ListDomainNames", {}),
        ("DescribeDomain", {"DomainName": "breadth"}),
    ],
    "organizations": [
        ("CreateOrganization", {"FeatureSet": "ALL"}),
        ("DescribeOrganization", {}),
        ("ListRoots", {}),
        ("ListAccounts", {}),
    ],
    "polly": [
        ("DescribeVoices", {"LanguageCode": "en-GB"}),
        ("ListLexicons", {}),
    ],
    "ram": [("GetResourceShares", {"resourceOwner": "SELF"})],
    "rds": [
        (
            "CreateDBSubnetGroup",
            {
                "DBSubnetGroupName": "breadth",
                "DBSubnetGroupDescription": "größe",
                "SubnetIds": ["$ec2.CreateSubnet.Subnet.SubnetId", "$ec2.CreateSubnet#2.Subnet.SubnetId"],
            },
        ),
        ("DescribeDBSubnetGroups", {}),
        (
            "CreateDBInstance",
            {
                "DBInstanceIdentifier": "breadth",
                "DBInstanceClass": "db.t3.micro",
                "Engine": "postgres",
                "MasterUsername": "ada",
                "MasterUserPassword": "password-4-breadth",
                "AllocatedStorage": 10,
            },
        ),
        ("DescribeDBInstances", {"DBInstanceIdentifier": "breadth"}),
        ("DescribeDBClusters", {}),
    ],
    "redshift": [
        (
            "CreateClusterSubnetGroup",
            {
                "ClusterSubnetGroupName": "breadth",
                "Description": "größe",
                "SubnetIds": ["$ec2.CreateSubnet.Subnet.SubnetId"],
            },
        ),
        ("DescribeClusterSubnetGroups", {}),
        ("DescribeClusters", {}),
    ],
    "resource-groups": [
        (
            "CreateGroup",
            {
                "Name": "breadth",
                "ResourceQuery": {
                    "Type": "TAG_FILTERS_1_0",
                    "Query": '{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":[{"Key":"team","Values":["a"]}]}',
                },
            },
        ),
        ("ListGroups", {}),
        ("GetGroup", {"GroupName": "breadth"}),
    ],
    "resourcegroupstaggingapi": [("GetResources", {}), ("GetTagKeys", {})],
    "route53": [
        ("CreateHostedZone", {"Name": "breadth.example.com.", "CallerReference": "breadth"}),
        ("ListHostedZones", {}),
        ("GetHostedZone", {"Id": "$CreateHostedZone.HostedZone.Id"}),
        (
            "ChangeResourceRecordSets",
            {
                "HostedZoneId": "$CreateHostedZone.HostedZone.Id",
                "ChangeBatch": {
                    "Changes": [
                        {
                            "Action": "UPSERT",
                            "ResourceRecordSet": {
                                "Name": "www.breadth.example.com.",
                                "Type": "A",
                                "TTL": 60,
                                "ResourceRecords": [{"Value": "192.0.2.1"}, {"Value": "192.0.2.2"}],
                            },
                        }
                    ]
                },
            },
        ),
        ("ListResourceRecordSets", {"HostedZoneId": "$CreateHostedZone.HostedZone.Id"}),
    ],
    "route53resolver": [("ListResolverEndpoints", {}), ("ListResolverRules", {})],
    "s3": [
        ("CreateBucket", {"Bucket": "breadth"}),
        (
            "PutObject",
            {
                "Bucket": "breadth",
                "Key": "a b+c/ü%2F.txt",
                "Body": "Z3LDtsOfZQ==",
                "ContentType": "text/plain",
                "Metadata": {"team": "a  b"},
            },
        ),
        ("GetObject", {"Bucket": "breadth", "Key": "a b+c/ü%2F.txt"}),
        ("HeadObject", {"Bucket": "breadth", "Key": "a b+c/ü%2F.txt"}),
        ("ListObjectsV2", {"Bucket": "breadth"}),
        ("PutBucketTagging", {"Bucket": "breadth", "Tagging": {"TagSet": [{"Key": "team", "Value": "a b"}]}}),
        ("GetBucketTagging", {"Bucket": "breadth"}),
        (
            "PutBucketLifecycleConfiguration",
            {
                "Bucket": "breadth",
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "ID": "r",
                            "Status": "Enabled",
                            "Filter": {"Prefix": "a/"},
                            "Expiration": {"Days": 3},
                        }
                    ]
                },
            },
        ),
        ("GetBucketLifecycleConfiguration", {"Bucket": "breadth"}),
        ("GetBucketLocation", {"Bucket": "breadth"}),
        ("GetBucketVersioning", {"Bucket": "breadth"}),
        ("GetBucketAcl", {"Bucket": "breadth"}),
        ("ListBuckets", {}),
        ("DeleteObjects", {"Bucket": "breadth", "Delete": {"Objects": [{"Key": "a b+c/ü%2F.txt"}]}}),
        ("ListObjects", {"Bucket": "breadth"}),
        ("DeleteBucket", {"Bucket": "breadth"}),
    ],
    "sagemaker": [
        (
            "CreateModel",
            {"ModelName": "breadth", "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "x", "ModelDataUrl": "s3://lake/m"}},
        ),
        ("ListModels", {}),
        ("DescribeModel", {"ModelName": "breadth"}),
    ],
    "scheduler": [
        (
            "CreateSchedule",
            {
                "Name": "breadth",
                "ScheduleExpression": "rate(5 minutes)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:jobs", "RoleArn": ROLE},
            },
        ),
        ("GetSchedule", {"Name": "breadth"}),
        ("ListSchedules", {}),
        ("ListScheduleGroups", {}),
    ],
    "secretsmanager": [
        ("CreateSecret", {"Name": "breadth", "SecretString": "größe", "Tags": [{"Key": "a", "Value": "b"}]}),
        ("DescribeSecret", {"SecretId": "breadth"}),
        ("GetSecretValue", {"SecretId": "breadth"}),
        ("ListSecrets", {}),
    ],
    "service-quotas": [("ListAWSDefaultServiceQuotas", {"ServiceCode": "vpc"})],
    "servicediscovery": [
        ("CreateHttpNamespace", {"Name": "breadth"}),
        ("ListNamespaces", {}),
    ],
    "ses": [
        ("VerifyEmailIdentity", {"EmailAddress": "ada@example.com"}),
        ("ListIdentities", {}),
        ("GetIdentityVerificationAttributes", {"Identities": ["ada@example.com"]}),
        (
            "SendEmail",
            {
                "Source": "ada@example.com",
                "Destination": {"ToAddresses": ["bob@example.com"]},
                "Message": {"Subject": {"Data": "größe & <co>"}, "Body": {"Text": {"Data": "a\nb"}}},
            },
        ),
        ("GetSendQuota", {}),
    ],
    "sesv2": [
        ("CreateEmailIdentity", {"EmailIdentity": "bob@example.com"}),
        ("ListEmailIdentities", {}),
        ("GetEmailIdentity", {"EmailIdentity": "bob@example.com"}),
    ],
    "sns": [
        ("CreateTopic", {"Name": "breadth", "Attributes": {"DisplayName": "größe <&>"}, "Tags": [{"Key": "a", "Value": "b"}]}),
        ("GetTopicAttributes", {"TopicArn": "$CreateTopic.TopicArn"}),
        ("ListTopics", {}),
        ("Publish", {"TopicArn": "$CreateTopic.TopicArn", "Message": "größe & 🦀\n"}),
        ("ListTagsForResource", {"ResourceArn": "$CreateTopic.TopicArn"}),
    ],
    "sqs": [
        ("CreateQueue", {"QueueName": "breadth", "Attributes": {"VisibilityTimeout": "30"}}),
        ("GetQueueUrl", {"QueueName": "breadth"}),
        ("GetQueueAttributes", {"QueueUrl": "$CreateQueue.QueueUrl", "AttributeNames": ["VisibilityTimeout", "QueueArn"]}),
        ("SendMessage", {"QueueUrl": "$CreateQueue.QueueUrl", "MessageBody": "größe & <co> 🦀"}),
        ("ListQueues", {"QueueNamePrefix": "breadth"}),
    ],
    "ssm": [
        ("PutParameter", {"Name": "/breadth/a", "Value": "größe", "Type": "String"}),
        ("GetParameter", {"Name": "/breadth/a"}),
        ("GetParametersByPath", {"Path": "/breadth"}),
        ("DescribeParameters", {"ParameterFilters": [{"Key": "Path", "Values": ["/breadth"]}]}),
    ],
    "stepfunctions": [
        ("CreateStateMachine", {"name": "breadth", "definition": MACHINE, "roleArn": ROLE}),
        ("DescribeStateMachine", {"stateMachineArn": "$CreateStateMachine.stateMachineArn"}),
        ("ListStateMachines", {}),
        ("ListActivities", {}),
    ],
    "sts": [("GetCallerIdentity", {})],
    "support": [("DescribeTrustedAdvisorChecks", {"language": "en"})],
    "swf": [
        ("RegisterDomain", {"name": "breadth", "workflowExecutionRetentionPeriodInDays": "7"}),
        ("DescribeDomain", {"name": "breadth"}),
        ("ListDomains", {"registrationStatus": "REGISTERED"}),
    ],
    "transfer": [
        ("CreateServer", {}),
        ("DescribeServer", {"ServerId": "$CreateServer.ServerId"}),
    ],
    "wafv2": [
        (
            "CreateIPSet",
            {"Name": "breadth", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.0/24"]},
        ),
        ("ListIPSets", {"Scope": "REGIONAL"}),
        ("ListWebACLs", {"Scope": "REGIONAL"}),
    ],
    "workspaces": [("DescribeWorkspaces", {})],
}

if __name__ == "__main__":
    import json

    print(json.dumps({s: [step.partition("#")[0] for step, _ in calls] for s, calls in CALLS.items()}))
