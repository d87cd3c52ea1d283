package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.redshiftdata.RedshiftDataClient;
import software.amazon.awssdk.services.redshiftdata.model.ColumnMetadata;
import software.amazon.awssdk.services.redshiftdata.model.DescribeStatementResponse;
import software.amazon.awssdk.services.redshiftdata.model.Field;
import software.amazon.awssdk.services.redshiftdata.model.RedshiftDataException;
import software.amazon.awssdk.services.redshiftdata.model.ResourceNotFoundException;
import software.amazon.awssdk.services.redshiftdata.model.SqlParameter;
import software.amazon.awssdk.services.redshiftdata.model.StatusString;
import software.amazon.awssdk.services.redshiftdata.model.ValidationException;

class RedshiftDataTest {
  private static Sandbox sandbox;
  private static RedshiftDataClient client;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withStatementTime(Duration.ZERO));
    client =
        AwsClients.build(
            RedshiftDataClient.builder(), sandbox, AwsClients.role(sandbox, "warehouse-read"));
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    sandbox.close();
  }

  private static String execute(String sql, SqlParameter... parameters) {
    return client
        .executeStatement(
            b -> {
              b.clusterIdentifier("analytics").database("dev").dbUser("agent").sql(sql);
              if (parameters.length > 0) {
                b.parameters(parameters);
              }
            })
        .id();
  }

  private static DescribeStatementResponse finish(String id) {
    for (int polls = 0; polls < 5000; polls++) {
      DescribeStatementResponse now = client.describeStatement(b -> b.id(id));
      if (List.of(StatusString.FINISHED, StatusString.FAILED, StatusString.ABORTED)
          .contains(now.status())) {
        return now;
      }
    }
    throw new AssertionError("the statement does not end");
  }

  private static List<List<Field>> rows(String sql, SqlParameter... parameters) {
    String id = execute(sql, parameters);
    DescribeStatementResponse end = finish(id);
    assertThat(end.error()).isNull();
    assertThat(end.hasResultSet()).isTrue();
    return client.getStatementResult(b -> b.id(id)).records();
  }

  private static SqlParameter parameter(String name, String value) {
    return SqlParameter.builder().name(name).value(value).build();
  }

  @Test
  void givesTypedFieldsAndTheirMetadata() {
    String id =
        execute(
            "SELECT order_id, quantity, amount, discount, status, ordered_at FROM orders WHERE"
                + " discount IS NOT NULL ORDER BY 1 LIMIT 1");
    assertThat(finish(id).resultRows()).isEqualTo(1);
    var result = client.getStatementResult(b -> b.id(id));
    assertThat(result.columnMetadata())
        .extracting(ColumnMetadata::name, ColumnMetadata::typeName)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("order_id", "int8"),
            org.assertj.core.groups.Tuple.tuple("quantity", "int4"),
            org.assertj.core.groups.Tuple.tuple("amount", "numeric"),
            org.assertj.core.groups.Tuple.tuple("discount", "float8"),
            org.assertj.core.groups.Tuple.tuple("status", "varchar"),
            org.assertj.core.groups.Tuple.tuple("ordered_at", "timestamp"));
    List<Field> row = result.records().get(0);
    assertThat(row)
        .extracting(Field::type)
        .containsExactly(
            Field.Type.LONG_VALUE,
            Field.Type.LONG_VALUE,
            Field.Type.STRING_VALUE,
            Field.Type.DOUBLE_VALUE,
            Field.Type.STRING_VALUE,
            Field.Type.STRING_VALUE);
    assertThat(row.get(2).stringValue()).matches("[0-9]+\\.[0-9]{2}");
    assertThat(row.get(5).stringValue()).matches("2025-1[12]-.*|2026-.*");
    assertThat(
            rows("SELECT newsletter FROM customers WHERE newsletter IS NULL LIMIT 1")
                .get(0)
                .get(0)
                .isNull())
        .isTrue();
    assertThat(
            rows("SELECT newsletter FROM customers WHERE newsletter LIMIT 1")
                .get(0)
                .get(0)
                .booleanValue())
        .isTrue();
  }

  @Test
  void hasTheSameYearEveryTime() {
    assertThat(rows("SELECT count(*) FROM dev.public.orders").get(0).get(0).longValue())
        .isEqualTo(SampleData.ORDERS);
    List<List<Field>> byRegion =
        rows(
            "SELECT r.name, sum(o.amount) FROM orders o JOIN regions r USING (region_id) GROUP BY"
                + " r.name ORDER BY r.name");
    assertThat(byRegion)
        .extracting(r -> r.get(0).stringValue())
        .containsExactly("East", "North", "Online", "South", "West");
    assertThat(
            rows(
                "SELECT date_trunc('month', ordered_at) AS m, count(*) FROM orders GROUP BY 1 ORDER"
                    + " BY 1"))
        .hasSize(12);
  }

  @Test
  void bindsNamedParametersButNotInsideQuotes() {
    assertThat(
            rows(
                    "SELECT ':status', count(*)::int FROM orders WHERE status = :status AND"
                        + " quantity >= :min -- :none",
                    parameter("status", "returned"),
                    parameter("min", "2"))
                .get(0))
        .satisfies(
            r -> {
              assertThat(r.get(0).stringValue()).isEqualTo(":status");
              assertThat(r.get(1).longValue()).isPositive();
            });
    assertThatThrownBy(() -> execute("SELECT :a"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("variable: a");
    assertThatThrownBy(() -> execute("SELECT 1", parameter("a", "1")))
        .hasMessageContaining("unused parameters");
  }

  @Test
  void pagesALongResultToItsEnd() {
    String id = execute("SELECT order_id FROM orders ORDER BY 1");
    finish(id);
    List<Long> all =
        client.getStatementResultPaginator(b -> b.id(id)).stream()
            .flatMap(page -> page.records().stream())
            .map(row -> row.get(0).longValue())
            .toList();
    assertThat(all).hasSize(SampleData.ORDERS).isSorted().doesNotHaveDuplicates();
    assertThat(client.getStatementResult(b -> b.id(id)).records())
        .hasSize(RedshiftDataService.PAGE_ROWS);
    assertThatThrownBy(() -> client.getStatementResult(b -> b.id(id).nextToken("eA==")))
        .hasMessageContaining("NextToken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM nowhere | ERROR: relation \"nowhere\" does not exist",
        "SELECT nothing FROM orders | ERROR: column \"nothing\" does not exist",
        "SELEC 1 | ERROR: syntax error at or near \"SELEC\"",
        "SELECT 1/0 FROM orders | ERROR: division by zero",
        "SELECT 1; SELECT 2 | ERROR: cannot insert multiple commands into a prepared statement",
        "CREATE TABLE t (i INT) | ERROR: permission denied for schema public",
        "SELECT file_read('/etc/passwd') | ERROR: permission denied for schema public",
        "CALL csvwrite('x','select 1') | ERROR: permission denied for schema public"
      })
  void failsInTheEnginesWords(String sql, String error) {
    DescribeStatementResponse end = finish(execute(sql));
    assertThat(end.status()).isEqualTo(StatusString.FAILED);
    assertThat(end.error()).startsWith(error);
  }

  @Test
  void cancelsAStatementThatRuns() {
    String id = execute("SELECT pg_sleep(600)");
    assertThat(client.cancelStatement(b -> b.id(id)).status()).isTrue();
    assertThat(client.describeStatement(b -> b.id(id)).status()).isEqualTo(StatusString.ABORTED);
    assertThatThrownBy(() -> client.getStatementResult(b -> b.id(id)))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> client.cancelStatement(b -> b.id(id)))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void showsAStatementToItsRoleOnly() {
    String id = execute("SELECT 1");
    try (RedshiftDataClient again =
        AwsClients.build(
            RedshiftDataClient.builder(), sandbox, AwsClients.role(sandbox, "warehouse-read"))) {
      assertThat(again.describeStatement(b -> b.id(id)).id()).isEqualTo(id);
    }
    try (RedshiftDataClient other =
        AwsClients.build(
            RedshiftDataClient.builder(), sandbox, AwsClients.role(sandbox, "nothing"))) {
      assertThatThrownBy(() -> other.describeStatement(b -> b.id(id)))
          .isInstanceOfSatisfying(
              RedshiftDataException.class,
              e -> {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
                assertThat(e.getMessage())
                    .contains("not authorized to perform: redshift-data:DescribeStatement");
              });
    }
    assertThatThrownBy(
            () -> client.describeStatement(b -> b.id("00000000-0000-4000-8000-000000000000")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void startsOnceForOneClientToken() {
    List<String> ids =
        IntStream.range(0, 2)
            .mapToObj(
                i ->
                    client
                        .executeStatement(
                            b ->
                                b.workgroupName("analytics")
                                    .database("dev")
                                    .sql("SELECT 1")
                                    .clientToken("t"))
                        .id())
            .toList();
    assertThat(ids.get(0)).isEqualTo(ids.get(1));
  }

  @Test
  void refusesAnUnknownClusterOrNone() {
    assertThatThrownBy(
            () ->
                client.executeStatement(
                    b -> b.clusterIdentifier("other").database("dev").sql("SELECT 1")))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("endpoint doesn't exist");
    assertThatThrownBy(() -> client.executeStatement(b -> b.database("dev").sql("SELECT 1")))
        .isInstanceOf(ValidationException.class);
  }

  @Test
  void listsWhatIsThere() {
    assertThat(
            client.listDatabases(b -> b.clusterIdentifier("analytics").database("dev")).databases())
        .containsExactly("dev");
    assertThat(client.listSchemas(b -> b.clusterIdentifier("analytics").database("dev")).schemas())
        .contains("public");
    assertThat(
            client
                .listTables(
                    b -> b.clusterIdentifier("analytics").database("dev").tablePattern("%s"))
                .tables())
        .extracting("name")
        .containsExactlyInAnyOrder("regions", "customers", "products", "orders");
    assertThat(
            client
                .describeTable(
                    b ->
                        b.clusterIdentifier("analytics")
                            .database("dev")
                            .schema("public")
                            .table("orders"))
                .columnList())
        .extracting(ColumnMetadata::name)
        .contains("order_id", "ordered_at");
    String id = execute("SELECT 42");
    finish(id);
    assertThat(client.listStatements(b -> b.status("FINISHED")).statements())
        .extracting("id")
        .contains(id);
  }
}
