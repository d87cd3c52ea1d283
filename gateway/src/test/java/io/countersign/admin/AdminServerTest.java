package io.countersign.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.observe.Metrics;
import io.countersign.observe.PopulatedMetrics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminFixture admin;

  @BeforeEach
  void start() throws IOException {
    admin = new AdminFixture();
  }

  @AfterEach
  void stop() {
    client.close();
    admin.close();
  }

  @Test
  void servesTheTextFormatToWhoeverAsksForNothingElse() throws Exception {
    try (Metrics metrics = PopulatedMetrics.create()) {
      admin.scrape = metrics::scrape;
      HttpResponse<String> answer = get("/metrics");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type"))
          .hasValue("text/plain; version=0.0.4; charset=utf-8");
      assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
      assertThat(answer.body())
          .contains(
              "countersign_requests_total{connector=\"warehouse\",door=\"tool\",outcome=\"ok\"}"
                  + " 1.0\n")
          .doesNotContain("# EOF");
    }
  }

  @Test
  void servesOpenMetricsToWhoeverPrefersIt() throws Exception {
    try (Metrics metrics = PopulatedMetrics.create()) {
      admin.scrape = metrics::scrape;
      HttpResponse<String> answer =
          get(
              "/metrics",
              "Accept",
              "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
      assertThat(answer.headers().firstValue("content-type"))
          .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
      assertThat(answer.body()).endsWith("# EOF\n");
    }
  }

  @Test
  void compressesForWhoeverAcceptsIt() throws Exception {
    HttpResponse<byte[]> answer =
        client.send(
            request("/metrics").header("Accept-Encoding", "gzip").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
    byte[] body = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
    assertThat(body).asString(StandardCharsets.UTF_8).isEqualTo("x 1\n");
    assertThat(
            get("/metrics", "Accept-Encoding", "gzip;q=0").headers().firstValue("content-encoding"))
        .isEmpty();
  }

  @Test
  void scrapesOffTheEventLoop() throws Exception {
    AtomicBoolean virtual = new AtomicBoolean();
    admin.scrape = (out, type) -> virtual.set(Thread.currentThread().isVirtual());
    get("/metrics");
    assertThat(virtual).isTrue();
  }

  @Test
  void answers500AndGoesOnWhenAPageFails() throws Exception {
    admin.scrape =
        (out, type) -> {
          out.write('x');
          throw new IllegalStateException("a secret detail");
        };
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret detail");
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void isReadyWhenEveryCheckIs() throws Exception {
    admin.readiness = () -> List.of(new Readiness.Check("configuration", true, "loaded"));
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    admin.readiness =
        () ->
            List.of(
                new Readiness.Check("configuration", true, "loaded"),
                new Readiness.Check("credentials:lake", false, "AccessDenied: see its trust"));
    HttpResponse<String> answer = get("/readyz");
    assertThat(answer.statusCode()).isEqualTo(503);
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.get("ready").asBoolean()).isFalse();
    assertThat(body.get("checks").get(1).get("name").asText()).isEqualTo("credentials:lake");
    assertThat(body.get("checks").get(1).get("detail").asText()).contains("AccessDenied");
  }

  @Test
  void isAliveWhetherReadyOrNot() throws Exception {
    admin.readiness = () -> List.of(new Readiness.Check("configuration", false, "none"));
    assertThat(get("/livez").body()).isEqualTo("ok\n");
  }

  @Test
  void showsTheCredentials() throws Exception {
    admin.credentials =
        () -> JsonNodeFactory.instance.arrayNode().add(JsonNodeFactory.instance.objectNode());
    HttpResponse<String> answer = get("/v1/admin/credentials");
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.body()).isEqualTo("[{}]");
  }

  @Test
  void ignoresTheQueryString() throws Exception {
    assertThat(get("/livez?verbose=1").statusCode()).isEqualTo(200);
  }

  @Test
  void answersHeadWithTheLengthAndNoBody() throws Exception {
    HttpResponse<String> answer =
        client.send(
            request("/metrics").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-length")).hasValue("4");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void knowsNoOtherPath() throws Exception {
    for (String path : List.of("/", "/metrics/", "/METRICS", "//metrics", "/v1/credentials")) {
      HttpResponse<String> answer = get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(new ObjectMapper().readTree(answer.body()).get("status").asInt()).isEqualTo(404);
    }
  }

  @Test
  void refusesToBeWrittenTo() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
      HttpResponse<String> answer =
          client.send(
              request("/metrics").method(method, HttpRequest.BodyPublishers.noBody()).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void saysWhichPortIsTaken() {
    assertThatThrownBy(() -> admin.start(admin.port()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + admin.port())
        .hasMessageContaining("set admin:");
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + path))
        .version(HttpClient.Version.HTTP_1_1);
  }
}
