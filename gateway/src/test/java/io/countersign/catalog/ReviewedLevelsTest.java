package io.countersign.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a read-only connector may call, and what hands out credentials, as reviewed. */
class ReviewedLevelsTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Set<String> readOnly(String service) {
    return CATALOG.service(service).orElseThrow().operations().stream()
        .filter(operation -> operation.level().isReadOnly())
        .map(Operation::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> credentials(String service) {
    return CATALOG.service(service).orElseThrow().operations().stream()
        .filter(Operation::answersCredential)
        .map(Operation::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(String text) {
    return new TreeSet<>(Arrays.asList(text.strip().split("\\s+")));
  }

  private static AccessLevel level(String service, String operation) {
    return CATALOG.service(service).orElseThrow().operation(operation).orElseThrow().level();
  }

  @Test
  void readsOfRedshiftData() {
    assertThat(readOnly("redshift-data"))
        .isEqualTo(
            words(
                """
                DescribeStatement DescribeTable GetStatementResult GetStatementResultV2
                ListDatabases ListSchemas ListSessions ListStatements ListTables
                """));
  }

  @Test
  void readsOfAthena() {
    assertThat(readOnly("athena"))
        .isEqualTo(
            words(
                """
                BatchGetNamedQuery BatchGetPreparedStatement BatchGetQueryExecution
                GetCalculationExecution GetCalculationExecutionCode GetCalculationExecutionStatus
                GetCapacityAssignmentConfiguration GetCapacityReservation GetDataCatalog
                GetDatabase GetNamedQuery GetNotebookMetadata GetPreparedStatement
                GetQueryExecution GetQueryResults GetQueryRuntimeStatistics GetResourceDashboard
                GetSession GetSessionStatus GetTableMetadata GetWorkGroup
                ListApplicationDPUSizes ListCalculationExecutions ListCapacityReservations
                ListDataCatalogs ListDatabases ListEngineVersions ListExecutors ListNamedQueries
                ListNotebookMetadata ListNotebookSessions ListPreparedStatements
                ListQueryExecutions ListSessions ListTableMetadata ListTagsForResource
                ListWorkGroups
                """));
  }

  @Test
  void readsOfSecretsManager() {
    assertThat(readOnly("secretsmanager"))
        .isEqualTo(
            words(
                """
                BatchGetSecretValue DescribeSecret GetRandomPassword GetResourcePolicy
                GetSecretValue ListSecretVersionIds ListSecrets
                """));
  }

  @Test
  void readsOfDynamoDb() {
    assertThat(readOnly("dynamodb"))
        .isEqualTo(
            words(
                """
                BatchGetItem DescribeBackup DescribeContinuousBackups
                DescribeContributorInsights DescribeEndpoints DescribeExport DescribeGlobalTable
                DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination
                DescribeLimits DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive
                GetItem GetResourcePolicy ListBackups ListContributorInsights ListExports
                ListGlobalTables ListImports ListTables ListTagsOfResource Query Scan
                SearchVectors TransactGetItems
                """));
  }

  @Test
  void partiQlCountsAsWriteBecauseItsStatementDecides() {
    for (String name :
        new String[] {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}) {
      assertThat(level("dynamodb", name)).as(name).isEqualTo(AccessLevel.WRITE);
    }
  }

  @Test
  void readsOfCostExplorer() {
    assertThat(readOnly("ce"))
        .isEqualTo(
            words(
                """
                DescribeCostCategoryDefinition GetAnomalies GetAnomalyMonitors
                GetAnomalySubscriptions GetApproximateUsageRecords GetCommitmentPurchaseAnalysis
                GetCostAndUsage GetCostAndUsageComparisons GetCostAndUsageWithResources
                GetCostCategories GetCostComparisonDrivers GetCostForecast GetDimensionValues
                GetReservationCoverage GetReservationPurchaseRecommendation
                GetReservationUtilization GetRightsizingRecommendation
                GetSavingsPlanPurchaseRecommendationDetails GetSavingsPlansCoverage
                GetSavingsPlansPurchaseRecommendation GetSavingsPlansUtilization
                GetSavingsPlansUtilizationDetails GetTags GetUsageForecast
                ListCommitmentPurchaseAnalyses ListCostAllocationTagBackfillHistory
                ListCostAllocationTags ListCostCategoryDefinitions
                ListCostCategoryResourceAssociations
                ListSavingsPlansPurchaseRecommendationGeneration ListTagsForResource
                """));
  }

  @Test
  void readsOfSts() {
    assertThat(readOnly("sts"))
        .isEqualTo(words("GetAccessKeyInfo GetCallerIdentity GetSessionToken"));
  }

  @Test
  void readsOfSqsDoNotHideMessages() {
    assertThat(readOnly("sqs"))
        .isEqualTo(
            words(
                """
                GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks
                ListQueueTags ListQueues
                """));
    assertThat(level("sqs", "ReceiveMessage")).isEqualTo(AccessLevel.WRITE);
  }

  @Test
  void readsOfS3AreItsGetsAndHeadsAndSelect() {
    Service s3 = CATALOG.service("s3").orElseThrow();
    for (Operation operation : s3.operations()) {
      boolean reads =
          (operation.httpMethod().matches("GET|HEAD") && !operation.name().equals("CreateSession"))
              || operation.name().equals("SelectObjectContent");
      assertThat(operation.level().isReadOnly()).as(operation.id()).isEqualTo(reads);
    }
    assertThat(level("s3", "ListObjectsV2")).isEqualTo(AccessLevel.LIST);
    assertThat(level("s3", "PutObjectTagging")).isEqualTo(AccessLevel.TAGGING);
    assertThat(level("s3", "PutBucketPolicy")).isEqualTo(AccessLevel.PERMISSIONS_MANAGEMENT);
  }

  @Test
  void statementsCountAsWrite() {
    assertThat(level("redshift-data", "ExecuteStatement")).isEqualTo(AccessLevel.WRITE);
    assertThat(level("redshift-data", "BatchExecuteStatement")).isEqualTo(AccessLevel.WRITE);
    assertThat(level("athena", "StartQueryExecution")).isEqualTo(AccessLevel.WRITE);
    assertThat(level("lambda", "Invoke")).isEqualTo(AccessLevel.WRITE);
  }

  @Test
  void marksOperationsWhoseAnswerIsACredential() {
    assertThat(credentials("sts"))
        .hasSize(CATALOG.service("sts").orElseThrow().operations().size() - 1)
        .doesNotContain("GetCallerIdentity");
    assertThat(credentials("secretsmanager"))
        .isEqualTo(words("BatchGetSecretValue GetSecretValue"));
    assertThat(credentials("s3")).isEqualTo(words("CreateSession"));
    assertThat(credentials("athena"))
        .isEqualTo(words("CreatePresignedNotebookUrl GetSessionEndpoint"));
    assertThat(credentials("lambda"))
        .isEqualTo(words("GetFunction GetLayerVersion GetLayerVersionByArn"));
    assertThat(credentials("iam")).contains("CreateAccessKey");
    assertThat(credentials("ssm")).contains("GetParameter", "GetParametersByPath");
    assertThat(credentials("redshift-data")).isEmpty();
    assertThat(credentials("dynamodb")).isEmpty();
    assertThat(credentials("ce")).isEmpty();
    assertThat(credentials("sqs")).isEmpty();
  }

  @Test
  void marksOperationsThatPassARole() {
    Operation run = CATALOG.service("ec2").orElseThrow().operation("RunInstances").orElseThrow();
    assertThat(run.passesRole()).isTrue();
    assertThat(run.mustBeNamed()).isTrue();
    Operation get = CATALOG.service("s3").orElseThrow().operation("GetObject").orElseThrow();
    assertThat(get.mustBeNamed()).isFalse();
  }

  @Test
  void callsIdempotentOnlyReadsAndWhatIsKnownToBe() {
    Service s3 = CATALOG.service("s3").orElseThrow();
    assertThat(s3.operation("PutObject").orElseThrow().idempotent()).isTrue();
    assertThat(s3.operation("DeleteObject").orElseThrow().idempotent()).isTrue();
    assertThat(s3.operation("CompleteMultipartUpload").orElseThrow().idempotent()).isFalse();
    Service sqs = CATALOG.service("sqs").orElseThrow();
    assertThat(sqs.operation("SendMessage").orElseThrow().idempotent()).isFalse();
    assertThat(sqs.operation("ReceiveMessage").orElseThrow().idempotent()).isFalse();
    Service redshift = CATALOG.service("redshift-data").orElseThrow();
    assertThat(redshift.operation("ExecuteStatement").orElseThrow().idempotent()).isFalse();
    assertThat(redshift.operation("DescribeStatement").orElseThrow().idempotent()).isTrue();
  }
}
