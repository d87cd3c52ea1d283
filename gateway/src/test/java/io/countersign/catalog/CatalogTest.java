package io.countersign.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Service service(String id) {
    return CATALOG.service(id).orElseThrow();
  }

  @Test
  void hasEveryServiceAndOperationThatBotocoreHas() {
    assertThat(CATALOG.services()).hasSize(439);
    assertThat(all()).hasSize(19_796);
  }

  @Test
  void knowsHowEachServiceIsSpokenTo() {
    Service redshift = service("redshift-data");
    assertThat(redshift.protocols()).containsExactly(Protocol.JSON);
    assertThat(redshift.jsonVersion()).isEqualTo("1.1");
    assertThat(redshift.targetPrefix()).isEqualTo("RedshiftData");
    assertThat(service("dynamodb").jsonVersion()).isEqualTo("1.0");
    assertThat(service("sqs").protocols()).containsExactly(Protocol.JSON, Protocol.QUERY);
    assertThat(service("cloudwatch").protocols())
        .containsExactly(Protocol.JSON, Protocol.QUERY, Protocol.RPC_V2_CBOR);
    assertThat(service("sts").apiVersion()).isEqualTo("2011-06-15");
    assertThat(service("sts").globalEndpoint()).isTrue();
    assertThat(service("athena").globalEndpoint()).isFalse();
  }

  @Test
  void findsAServiceByTheNameItSignsWith() {
    assertThat(CATALOG.bySigningName("monitoring")).containsExactly(service("cloudwatch"));
    assertThat(CATALOG.bySigningName("states")).containsExactly(service("stepfunctions"));
    assertThat(CATALOG.bySigningName("bedrock"))
        .contains(service("bedrock"), service("bedrock-runtime"), service("bedrock-agent"));
    assertThat(CATALOG.bySigningName("cloudwatch")).doesNotContain(service("cloudwatch"));
    assertThat(CATALOG.bySigningName("")).isEmpty();
  }

  @Test
  void findsAnOperationByItsExactNameOnly() {
    assertThat(service("athena").operation("StartQueryExecution")).isPresent();
    assertThat(service("athena").operation("startQueryExecution")).isEmpty();
    assertThat(service("athena").operation("")).isEmpty();
  }

  @Test
  void suggestsTheNearestName() {
    assertThat(service("athena").nearest("StartQueryExecutoin")).contains("StartQueryExecution");
    assertThat(service("s3").nearest("getobject")).contains("GetObject");
    assertThat(service("s3").nearest("zzzzzzzzzz")).isEmpty();
    assertThat(service("s3").nearest("x".repeat(100_000))).isEmpty();
    assertThat(CATALOG.nearest("dynamo-db")).contains("dynamodb");
  }

  @Test
  void listsInputMembersWithTypeAndNeed() {
    Operation execute = service("redshift-data").operation("ExecuteStatement").orElseThrow();
    assertThat(execute.member("Sql")).contains(new Member("Sql", Member.Type.STRING, true));
    assertThat(execute.member("Parameters"))
        .contains(new Member("Parameters", Member.Type.LIST, false));
    assertThat(execute.member("sql")).isEmpty();
    assertThat(service("s3").operation("GetObject").orElseThrow().member("Key"))
        .contains(new Member("Key", Member.Type.STRING, true));
    assertThat(service("sts").operation("GetCallerIdentity").orElseThrow().members()).isEmpty();
  }

  @Test
  void namesTheIamActionWhereItDiffers() {
    assertThat(service("s3").operation("ListObjectsV2").orElseThrow().iamActions())
        .containsExactly("s3:ListBucket");
    assertThat(service("s3").operation("CopyObject").orElseThrow().iamActions())
        .containsExactly("s3:GetObject", "s3:PutObject");
    assertThat(service("lambda").operation("Invoke").orElseThrow().iamActions())
        .containsExactly("lambda:InvokeFunction");
    assertThat(service("cloudwatch").operation("ListMetrics").orElseThrow().iamActions())
        .containsExactly("cloudwatch:ListMetrics");
    assertThat(service("stepfunctions").operation("StartExecution").orElseThrow().iamActions())
        .containsExactly("states:StartExecution");
  }

  @Test
  void countsWhatHasNoKnownActionAsWrite() {
    List<Operation> unmapped = all().stream().filter(operation -> !operation.mapped()).toList();
    for (Operation operation : unmapped) {
      assertThat(operation.level()).as(operation.id()).isEqualTo(AccessLevel.WRITE);
      assertThat(operation.iamActions()).as(operation.id()).isEmpty();
    }
    // Grows only when AWS adds operations before it documents their actions; look before raising.
    assertThat(unmapped.size()).isPositive().isLessThanOrEqualTo(831);
  }

  @Test
  void knowsWhatIsReviewedInTheSixtyServicesThatAreUsedMost() {
    Map<String, Long> reviewed =
        all().stream()
            .filter(o -> o.has(Operation.Trait.REVIEWED))
            .collect(Collectors.groupingBy(Operation::service, Collectors.counting()));
    List<String> whole =
        CATALOG.services().stream()
            .filter(s -> reviewed.getOrDefault(s.id(), 0L) == s.operations().size())
            .map(Service::id)
            .toList();
    assertThat(whole).contains("s3", "ec2", "iam", "lambda", "glue", "bedrock", "apigateway");
    assertThat(whole.size()).isGreaterThanOrEqualTo(60);
  }

  @Test
  void namesTheActionsOfServicesThatHaveNoneOfTheirOwnName() {
    assertThat(actions("apigateway", "GetRestApis")).containsExactly("apigateway:GET");
    assertThat(actions("apigateway", "CreateRestApi")).containsExactly("apigateway:POST");
    assertThat(actions("resourcegroupstaggingapi", "GetResources"))
        .containsExactly("tag:GetResources");
    assertThat(actions("glue", "GetUnfilteredTableMetadata")).containsExactly("glue:GetTable");
    assertThat(actions("bedrock-runtime", "Converse")).containsExactly("bedrock:InvokeModel");
    assertThat(actions("s3", "ListDirectoryBuckets"))
        .containsExactly("s3express:ListAllMyDirectoryBuckets");
  }

  private static List<String> actions(String service, String operation) {
    return service(service).operation(operation).orElseThrow().iamActions();
  }

  @Test
  void hasPagesWaitersStreamsAndTokens() {
    Operation list = service("s3").operation("ListObjectsV2").orElseThrow();
    assertThat(list.has(Operation.Trait.PAGINATED)).isTrue();
    assertThat(service("s3").paginator("ListObjectsV2").orElseThrow().resultKeys())
        .containsExactly("Contents", "CommonPrefixes");
    assertThat(service("s3").operation("HeadBucket").orElseThrow().waiters())
        .containsExactly("BucketExists", "BucketNotExists");
    assertThat(service("s3").waiters().stream().map(Waiter::name)).contains("ObjectExists");
    assertThat(service("s3").operation("GetObject").orElseThrow().traits())
        .contains(Operation.Trait.STREAMS_OUTPUT);
    assertThat(service("s3").operation("PutObject").orElseThrow().traits())
        .contains(Operation.Trait.STREAMS_INPUT);
    assertThat(service("bedrock-runtime").operation("ConverseStream").orElseThrow().traits())
        .contains(Operation.Trait.OUTPUT_EVENTS);
    assertThat(service("ec2").operation("RunInstances").orElseThrow().idempotencyToken())
        .isEqualTo("ClientToken");
    assertThat(service("sts").operation("AssumeRoleWithSAML").orElseThrow().auth())
        .isEqualTo(AuthType.NONE);
    assertThat(service("s3").endpointRules()).contains("\"rules\"");
    assertThat(CATALOG.partitions()).contains("aws-us-gov");
  }

  /**
   * CloudFront's model gives each operation a second name with a date, which nobody calls it by.
   */
  @Test
  void callsCloudFrontsOperationsAsSdksDo() {
    assertThat(actions("cloudfront", "CreateDistribution"))
        .containsExactly("cloudfront:CreateDistribution");
    assertThat(service("cloudfront").model().operation("CreateDistribution")).isPresent();
  }

  @Test
  void hasTheShapesOfEachOperation() {
    OperationModel put = service("dynamodb").model().operation("PutItem").orElseThrow();
    ShapeRef item = requireNonNull(requireNonNull(put.input()).target().member("Item"));
    assertThat(item.isRequired()).isTrue();
    assertThat(item.target().kind()).isEqualTo(Shape.Kind.MAP);
    assertThat(item.target().value().target().member("SS")).isNotNull();
    assertThat(put.errors().stream().map(e -> e.target().name()))
        .contains("ConditionalCheckFailedException");
  }

  @Test
  void hasEveryOperationOnceAndWhole() {
    for (Service service : CATALOG.services()) {
      Set<String> names = new HashSet<>();
      for (Operation operation : service.operations()) {
        assertThat(names.add(operation.name())).as(operation.id()).isTrue();
        assertThat(operation.service()).isEqualTo(service.id());
        assertThat(operation.uri()).startsWith("/");
        assertThat(service.operation(operation.name())).containsSame(operation);
      }
    }
  }

  @Test
  void parsesOnceHoweverManyThreadsAskFirst() throws Exception {
    Catalog fresh = Catalog.load();
    CountDownLatch go = new CountDownLatch(1);
    List<Callable<Integer>> askers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      askers.add(
          () -> {
            go.await();
            return fresh.service("ec2").orElseThrow().operations().size();
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> sizes = askers.stream().map(threads::submit).toList();
      go.countDown();
      for (Future<Integer> size : sizes) {
        assertThat(size.get()).isEqualTo(service("ec2").operations().size());
      }
    }
  }

  private static Collection<Operation> all() {
    return CATALOG.services().stream().flatMap(s -> s.operations().stream()).toList();
  }
}
