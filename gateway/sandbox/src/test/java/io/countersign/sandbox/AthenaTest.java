package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.athena.AthenaClient;
import software.amazon.awssdk.services.athena.model.ColumnInfo;
import software.amazon.awssdk.services.athena.model.Datum;
import software.amazon.awssdk.services.athena.model.InvalidRequestException;
import software.amazon.awssdk.services.athena.model.MetadataException;
import software.amazon.awssdk.services.athena.model.QueryExecution;
import software.amazon.awssdk.services.athena.model.QueryExecutionState;
import software.amazon.awssdk.services.athena.model.Row;
import software.amazon.awssdk.services.s3.S3Client;

class AthenaTest {
  private static Sandbox sandbox;
  private static AthenaClient client;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withStatementTime(Duration.ZERO));
    client =
        AwsClients.build(AthenaClient.builder(), sandbox, AwsClients.role(sandbox, "lake-read"));
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    sandbox.close();
  }

  private static String begin(String sql, String... parameters) {
    return client
        .startQueryExecution(
            b -> {
              b.queryString(sql)
                  .workGroup("analysts")
                  .queryExecutionContext(c -> c.database("lake"));
              if (parameters.length > 0) {
                b.executionParameters(parameters);
              }
            })
        .queryExecutionId();
  }

  private static QueryExecution finish(String id) {
    for (int polls = 0; polls < 5000; polls++) {
      QueryExecution now = client.getQueryExecution(b -> b.queryExecutionId(id)).queryExecution();
      QueryExecutionState state = now.status().state();
      if (state != QueryExecutionState.QUEUED && state != QueryExecutionState.RUNNING) {
        return now;
      }
    }
    throw new AssertionError("the query does not end");
  }

  private static List<List<String>> rows(String sql, String... parameters) {
    String id = begin(sql, parameters);
    assertThat(finish(id).status().stateChangeReason()).isNull();
    return client.getQueryResults(b -> b.queryExecutionId(id)).resultSet().rows().stream()
        .map(Row::data)
        .map(cells -> cells.stream().map(Datum::varCharValue).toList())
        .toList();
  }

  @Test
  void putsTheColumnNamesInTheFirstRow() {
    List<List<String>> rows =
        rows(
            "SELECT device, count(*) AS events FROM \"awsdatacatalog\".\"lake\".\"web_events\""
                + " GROUP BY device ORDER BY device");
    assertThat(rows.get(0)).containsExactly("device", "events");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(1).get(0)).isEqualTo("desktop");
    assertThat(rows.stream().skip(1).mapToInt(r -> Integer.parseInt(r.get(1))).sum())
        .isEqualTo(SampleData.EVENTS);
  }

  @Test
  void namesTypesAndWritesValuesAsAthenaDoes() {
    String id =
        begin(
            "SELECT event_id, event_time, event_type, customer_id, revenue FROM web_events WHERE"
                + " customer_id IS NULL AND revenue IS NOT NULL ORDER BY 1 LIMIT 1");
    finish(id);
    var set = client.getQueryResults(b -> b.queryExecutionId(id)).resultSet();
    assertThat(set.resultSetMetadata().columnInfo())
        .extracting(ColumnInfo::type)
        .containsExactly("bigint", "timestamp", "varchar", "integer", "double");
    List<Datum> row = set.rows().get(1).data();
    assertThat(row.get(1).varCharValue()).matches("20[0-9-]{8} [0-9:]{8}\\.[0-9]{3}");
    assertThat(row.get(3).varCharValue()).isNull();
    assertThat(row.get(4).varCharValue()).matches("[0-9]+\\.[0-9]+");
  }

  @Test
  void pagesALongResultToItsEnd() {
    String id = begin("SELECT event_id FROM web_events ORDER BY 1");
    finish(id);
    List<String> all =
        client.getQueryResultsPaginator(b -> b.queryExecutionId(id).maxResults(900)).stream()
            .flatMap(page -> page.resultSet().rows().stream())
            .map(row -> row.data().get(0).varCharValue())
            .toList();
    assertThat(all)
        .hasSize(SampleData.EVENTS + 1)
        .doesNotHaveDuplicates()
        .startsWith("event_id", "1");
  }

  @Test
  void takesExecutionParametersAsLiterals() {
    assertThat(
            rows(
                    "SELECT count(*) FROM web_events WHERE device = ? AND event_id <= ?",
                    "'mobile'",
                    "100")
                .get(1)
                .get(0))
        .matches("[1-9][0-9]?");
  }

  @Test
  void leavesTheResultInS3() {
    String id =
        begin("SELECT channel, max(clicks) FROM campaign_spend GROUP BY channel ORDER BY channel");
    QueryExecution end = finish(id);
    String location = end.resultConfiguration().outputLocation();
    assertThat(location).isEqualTo("s3://athena-results/analysts/" + id + ".csv");
    assertThat(end.statistics().totalExecutionTimeInMillis()).isPositive();
    try (S3Client s3 = AwsClients.s3(sandbox, AwsClients.role(sandbox, "files"))) {
      String csv =
          s3.getObjectAsBytes(b -> b.bucket("athena-results").key("analysts/" + id + ".csv"))
              .asUtf8String();
      assertThat(csv).startsWith("\"channel\",\"_col1\"\n\"email\",\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT * FROM nowhere | TABLE_NOT_FOUND",
        "SELECT nothing FROM web_events | COLUMN_NOT_FOUND: Column 'nothing' cannot be resolved",
        "SELEC 1 | mismatched input 'SELEC'",
        "SELECT file_read('/etc/passwd') | PERMISSION_DENIED"
      })
  void failsInTheEnginesWords(String sql, String error) {
    QueryExecution end = finish(begin(sql));
    assertThat(end.status().state()).isEqualTo(QueryExecutionState.FAILED);
    assertThat(end.status().stateChangeReason()).startsWith(error);
    assertThatThrownBy(
            () -> client.getQueryResults(b -> b.queryExecutionId(end.queryExecutionId())))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Final query state: FAILED");
  }

  @Test
  void stopsAQueryThatRuns() {
    String id = begin("SELECT pg_sleep(600)");
    assertThatThrownBy(() -> client.getQueryResults(b -> b.queryExecutionId(id)))
        .hasMessageContaining("has not yet finished");
    client.stopQueryExecution(b -> b.queryExecutionId(id));
    assertThat(finish(id).status().state()).isEqualTo(QueryExecutionState.CANCELLED);
  }

  @Test
  void refusesAQueryWithoutAnOutputLocation() {
    assertThatThrownBy(() -> client.startQueryExecution(b -> b.queryString("SELECT 1")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("No output location provided");
    assertThatThrownBy(
            () -> client.startQueryExecution(b -> b.queryString("SELECT 1").workGroup("nobody")))
        .hasMessageContaining("WorkGroup is not found");
    assertThat(
            client
                .startQueryExecution(
                    b ->
                        b.queryString("SELECT 1")
                            .resultConfiguration(r -> r.outputLocation("s3://athena-results/x")))
                .queryExecutionId())
        .isNotBlank();
  }

  @Test
  void listsWhatIsThere() {
    assertThat(client.listWorkGroups(b -> {}).workGroups())
        .extracting("name")
        .containsExactly("analysts", "primary");
    assertThat(client.listDatabases(b -> b.catalogName("AwsDataCatalog")).databaseList())
        .extracting("name")
        .containsExactly("lake");
    assertThat(
            client
                .listTableMetadata(b -> b.catalogName("AwsDataCatalog").databaseName("lake"))
                .tableMetadataList())
        .extracting("name")
        .containsExactlyInAnyOrder("web_events", "campaign_spend");
    assertThatThrownBy(
            () ->
                client.listTableMetadata(
                    b -> b.catalogName("AwsDataCatalog").databaseName("other")))
        .isInstanceOf(MetadataException.class);
    assertThat(rows("SHOW TABLES"))
        .containsExactly(List.of("campaign_spend"), List.of("web_events"));
  }
}
