package io.countersign.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Service service(String id) {
    return CATALOG.service(id).orElseThrow();
  }

  @Test
  void hasTheServicesOfTheFirstRelease() {
    assertThat(CATALOG.services().stream().map(Service::id))
        .contains(
            "redshift-data",
            "athena",
            "secretsmanager",
            "dynamodb",
            "ce",
            "sts",
            "s3",
            "sqs",
            "lambda",
            "ec2");
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
    assertThat(CATALOG.bySigningName("bedrock")).containsExactly(service("bedrock-runtime"));
    assertThat(CATALOG.bySigningName("cloudwatch")).isEmpty();
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
    assertThat(service("s3").operation("GetObject").orElseThrow().members()).isNull();
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
    assertThat(unmapped).isNotEmpty().allMatch(o -> o.level() == AccessLevel.WRITE);
    assertThat(unmapped).allMatch(o -> o.iamActions().isEmpty());
    // Grows only when AWS adds operations before it documents their actions; look before raising.
    assertThat(unmapped).hasSizeLessThanOrEqualTo(130);
  }

  @Test
  void hasEveryOperationOnceAndWhole() {
    assertThat(all()).hasSizeGreaterThan(2_300);
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
