package io.countersign.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.config.ConfigException;
import io.countersign.sandbox.ReceivedRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The tour of {@code countersign demo}: starts a sandbox AWS and a gateway on loopback, makes an
 * agent's calls, prints each with its answer, and checks that each gave what it should.
 */
public final class Tour {
  private static final int WARM_SECONDS = 30;
  private static final List<String> SHOWN_METRICS =
      List.of(
          "countersign_requests_total",
          "countersign_credential_cache_hits_total",
          "countersign_upstream_connections_reused_total");

  private final Page page;
  private final DemoWorld world;
  private final AgentClient client;
  private final String bearer;

  private Tour(Page page, DemoWorld world, AgentClient client) {
    this.page = page;
    this.world = world;
    this.client = client;
    this.bearer = "Bearer " + world.token();
  }

  /** A step did not give what it should. */
  private static final class StepFailed extends Exception {
    private static final long serialVersionUID = 1L;

    StepFailed(String message) {
      super(message);
    }
  }

  /**
   * Runs the tour. Without {@code once} it goes on serving until the process is ended.
   *
   * @param terminal whether a person reads {@code out}, so that it may be coloured
   * @return 0 when every step gave what it should, 1 otherwise
   */
  public static int run(PrintStream out, boolean once, boolean terminal)
      throws InterruptedException {
    Page page = new Page(out, terminal);
    try (DemoWorld world = DemoWorld.start(terminal);
        AgentClient client = new AgentClient()) {
      Tour tour = new Tour(page, world, client);
      tour.walk();
      if (!once) {
        tour.suggest();
        untilTheProcessEnds(world);
      }
      return 0;
    } catch (StepFailed e) {
      page.bad(String.valueOf(e.getMessage()));
    } catch (IOException | ConfigException e) {
      page.bad("the demo cannot run: " + e.getMessage());
    }
    return 1;
  }

  private static void untilTheProcessEnds(DemoWorld world) throws InterruptedException {
    Thread hook =
        new Thread(
            () -> {
              try {
                world.close();
              } catch (IOException e) {
                System.err.println("countersign demo: " + e.getMessage());
              }
            },
            "demo-end");
    Runtime.getRuntime().addShutdownHook(hook);
    new CountDownLatch(1).await();
  }

  private void walk() throws IOException, InterruptedException, StepFailed {
    page.title("Countersign demo: an agent calls AWS and holds no AWS credential");
    page.line(
        "sandbox AWS  "
            + world.sandbox().endpoint()
            + "  checks each signature with the AWS SDK's own signer");
    page.line("gateway      " + world.agents() + "  (admin " + world.admin() + ")");
    page.line("configured   " + world.configFile());
    warming();
    Scrape before = scrape();
    warehouse();
    lake();
    refusals(objects());
    metrics(before);
  }

  private void warming() throws IOException, InterruptedException, StepFailed {
    page.step("The gateway warms its credential cache: AssumeRole before anybody asks");
    AgentClient.Answer ready = client.get(world.admin() + "/readyz", "");
    for (int i = 0; ready.status() != 200 && i < WARM_SECONDS * 20; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
      ready = client.get(world.admin() + "/readyz", "");
    }
    page.request("curl " + world.admin() + "/readyz");
    page.answer(ready);
    require(
        ready.status() == 200,
        "the pinned credentials are not warm after " + WARM_SECONDS + " s: " + ready.body());
    for (JsonNode slot :
        client.get(world.admin() + "/v1/admin/credentials", "").json().path("slots")) {
      if (slot.path("role").asText().startsWith("arn:")) {
        page.line(
            String.format(
                Locale.ROOT,
                "%-8s %-52s expires %s",
                slot.path("state").asText(),
                slot.path("role").asText(),
                slot.path("expiration").asText()));
      }
    }
    long assumed =
        world.sandbox().requests("sts", "AssumeRole").stream()
            .filter(r -> r.status() == 200)
            .count();
    require(assumed == 4, "4 AssumeRole calls were to be made, and STS saw " + assumed);
    page.good(
        "4 AssumeRole calls: the adapter role once, shared by three chains that end in the data"
            + " account");
  }

  private void warehouse() throws IOException, InterruptedException, StepFailed {
    page.step("Tool door: a Redshift Data query (start, poll and page are the gateway's work)");
    String sql =
        "SELECT r.name AS region, count(*) AS orders, sum(amount) AS revenue FROM orders JOIN"
            + " regions r USING (region_id) WHERE status = :status GROUP BY 1 ORDER BY 3 DESC";
    AgentClient.Answer answer =
        tool(
            "warehouse",
            "query",
            "{\"sql\": \"" + sql + "\", \"parameters\": {\"status\": \"delivered\"}}");
    JsonNode result = rows(answer, 5);
    require(
        result.at("/columns/0/name").asText().equals("region"), "the first column is not 'region'");
    require(
        signedBy("redshift-data", "ExecuteStatement")
            .endsWith("assumed-role/warehouse-read/countersign-analyst"),
        "the statement was not signed by the warehouse's role");
  }

  private void lake() throws IOException, InterruptedException, StepFailed {
    page.step("Tool door: an Athena query, the same shape");
    String sql =
        "SELECT device, count(*) AS purchases, round(avg(revenue), 2) AS basket FROM web_events"
            + " WHERE revenue IS NOT NULL GROUP BY device ORDER BY device";
    rows(tool("lake", "query", "{\"sql\": \"" + sql + "\"}"), 3);
    require(
        signedBy("athena", "StartQueryExecution").contains("assumed-role/lake-read/"),
        "the query was not signed by the lake's role");
  }

  private AgentClient.Answer tool(String connector, String operation, String json)
      throws IOException, InterruptedException {
    String url = world.agents() + "/v1/connectors/" + connector + "/" + operation;
    page.request("curl -H \"Authorization: Bearer $TOKEN\" " + url + " -d \\");
    page.wrap("  '" + json + "'");
    AgentClient.Answer answer = client.post(url, bearer, json);
    page.answer(answer);
    page.json(answer.json());
    return answer;
  }

  private static JsonNode rows(AgentClient.Answer answer, int expected)
      throws IOException, StepFailed {
    require(
        answer.status() == 200, "the query was answered " + answer.status() + ": " + answer.body());
    JsonNode result = answer.json();
    require(
        result.path("rows").size() == expected && result.path("row_count").asInt() == expected,
        expected + " rows were to come, and there are " + result.path("rows").size());
    return result;
  }

  private AwsSessionCredentialsIdentity objects()
      throws IOException, InterruptedException, StepFailed {
    page.step("SDK door: S3, signed by the AWS SDK's signer with virtual credentials");
    AgentClient.Answer issued = client.get(world.agents() + "/v1/credentials/files", world.token());
    page.request("curl -H \"Authorization: $TOKEN\" " + world.agents() + "/v1/credentials/files");
    page.answer(issued);
    require(issued.status() == 200, "no virtual credentials: " + issued.body());
    JsonNode keys = issued.json();
    page.line(
        "  AccessKeyId "
            + keys.path("AccessKeyId").asText()
            + ", until "
            + keys.path("Expiration").asText());
    AwsSessionCredentialsIdentity virtual =
        AwsSessionCredentialsIdentity.create(
            keys.path("AccessKeyId").asText(),
            keys.path("SecretAccessKey").asText(),
            keys.path("Token").asText());
    String url = object();
    String text = "revenue is up";
    page.request("s3.putObject(\"demo-files\", \"reports/q3 + outlook.txt\", \"" + text + "\")");
    AgentClient.Answer put = client.s3("PUT", url, virtual, text);
    page.answer(put);
    require(put.status() == 200, "the object was not taken: " + put.body());
    page.request("s3.getObject(\"demo-files\", \"reports/q3 + outlook.txt\")");
    AgentClient.Answer got = client.s3("GET", url, virtual, "");
    page.answer(got);
    page.line("  " + got.body());
    require(
        got.status() == 200 && got.body().equals(text),
        "the object did not come back: " + got.body());
    ReceivedRequest seen = world.sandbox().requests("s3", "PutObject").getLast();
    String caller = String.valueOf(seen.callerArn());
    require(caller.contains("assumed-role/files/"), "S3 saw " + caller);
    require(
        !String.valueOf(seen.headers().first("authorization")).contains(virtual.accessKeyId()),
        "the virtual key went on to AWS");
    page.good("S3 saw " + caller + "; the agent's key never left the gateway");
    AgentClient.Answer direct =
        client.s3(
            "GET",
            world.sandbox().endpoint() + "/demo-files/reports/q3%20%2B%20outlook.txt",
            virtual,
            "");
    require(direct.status() == 403, "AWS took the virtual key: " + direct.status());
    page.good("sent to AWS directly, the same key is good for nothing: 403 InvalidAccessKeyId");
    return virtual;
  }

  private void refusals(AwsSessionCredentialsIdentity virtual)
      throws IOException, InterruptedException, StepFailed {
    page.step("Refused, with the reason and the mend");
    AgentClient.Answer sql = tool("warehouse", "query", "{\"sql\": \"DELETE FROM orders\"}");
    requireRefusal(sql);
    page.request("s3.deleteObject(\"demo-files\", \"reports/q3 + outlook.txt\")");
    AgentClient.Answer delete = client.s3("DELETE", object(), virtual, "");
    page.answer(delete);
    require(
        delete.status() == 403 && delete.body().contains("<Code>AccessDenied</Code>"),
        "the SDK was to see AccessDenied: " + delete.body());
    page.wrap(delete.body().substring(delete.body().indexOf("<Error>")).strip());
  }

  private String object() {
    return world.agents() + "/demo-files/reports/q3%20%2B%20outlook.txt";
  }

  private static void requireRefusal(AgentClient.Answer answer) throws IOException, StepFailed {
    require(
        answer.status() == 403, "403 was to come, not " + answer.status() + ": " + answer.body());
    JsonNode problem = answer.json();
    require(
        problem.path("source").asText().equals("policy"), "the source is not 'policy': " + problem);
    require(!problem.path("hint").asText().isBlank(), "no hint: " + problem);
  }

  private void metrics(Scrape before) throws IOException, InterruptedException, StepFailed {
    page.step("The metrics that moved");
    page.request("curl " + world.admin() + "/metrics");
    Scrape after = scrape();
    after.movedSince(before, SHOWN_METRICS).forEach(page::line);
    String requests = "countersign_requests_total";
    require(
        after.sum(requests, "outcome=\"ok\"") - before.sum(requests, "outcome=\"ok\"") >= 5,
        "fewer than 5 requests are counted as ok");
    require(
        after.sum(requests, "outcome=\"refused\"") - before.sum(requests, "outcome=\"refused\"")
            >= 2,
        "fewer than 2 requests are counted as refused");
    require(
        after.sum("countersign_sts_calls_total", "")
            == before.sum("countersign_sts_calls_total", ""),
        "a request waited for STS although the cache was warm");
    page.good("no call to STS since the cache was warm");
    page.line("");
    page.title("Every step gave what it should.");
  }

  private Scrape scrape() throws IOException, InterruptedException {
    return Scrape.parse(client.get(world.admin() + "/metrics", "").body());
  }

  private String signedBy(String service, String operation) {
    return String.valueOf(world.sandbox().requests(service, operation).getLast().callerArn());
  }

  private static void require(boolean truth, String otherwise) throws StepFailed {
    if (!truth) {
      throw new StepFailed(otherwise);
    }
  }

  private void suggest() {
    page.line("");
    page.title("It keeps running until Ctrl-C. To try:");
    page.line("export TOKEN=" + world.token());
    page.line("curl -s -H \"Authorization: Bearer $TOKEN\" " + world.agents() + "/v1/connectors");
    page.line(
        "curl -s -H \"Authorization: Bearer $TOKEN\" "
            + world.agents()
            + "/v1/connectors/warehouse/query \\");
    page.line("     -d '{\"sql\": \"SELECT * FROM customers LIMIT 3\"}'");
    page.line("eval \"$(./countersign env --agent analyst --config " + world.configFile() + ")\"");
    page.line("aws s3 ls s3://demo-files --recursive");
    page.line("aws s3 cp README.md s3://demo-files/");
    page.line("tail -f " + world.folder().resolve("audit.log"));
  }
}
