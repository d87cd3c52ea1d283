package io.countersign.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders to the slots of the credential cache. */
class CredentialOrdersTest {
  private static HttpResponse<String> send(
      AdminFixture admin, String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "refresh, DONE, 202",
    "evict, DONE, 200",
    "refresh, UNKNOWN, 404",
    "evict, UNKNOWN, 404",
    "evict, BUSY, 409"
  })
  void anOrderIsCarriedOutAndAnswered(String order, CredentialAdmin.Outcome outcome, int status)
      throws Exception {
    try (AdminFixture admin = new AdminFixture()) {
      admin.outcome = outcome;
      HttpResponse<String> answer = send(admin, "POST", "/v1/admin/credentials/17/" + order);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.body()).contains("17");
      assertThat(admin.orders).containsExactly(order + " 17");
    }
  }

  @Test
  void anOrderIsAPost() throws Exception {
    try (AdminFixture admin = new AdminFixture()) {
      HttpResponse<String> answer = send(admin, "GET", "/v1/admin/credentials/17/evict");
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).contains("POST");
      assertThat(admin.orders).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/admin/credentials",
        "/v1/admin/credentials/17",
        "/v1/admin/credentials/x/evict",
        "/v1/admin/credentials/-1/evict",
        "/v1/admin/credentials/17/evict/",
        "/v1/admin/credentials/99999999999/evict",
        "/metrics"
      })
  void nothingElseIsPosted(String path) throws Exception {
    try (AdminFixture admin = new AdminFixture()) {
      assertThat(send(admin, "POST", path).statusCode()).isEqualTo(405);
      assertThat(admin.orders).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"Origin, http://evil.example", "Origin, null", "Sec-Fetch-Site, cross-site"})
  void aWebPageGivesNoOrders(String header, String value) throws Exception {
    try (AdminFixture admin = new AdminFixture()) {
      assertThat(send(admin, "POST", "/v1/admin/credentials/17/evict", header, value).statusCode())
          .isEqualTo(403);
      assertThat(admin.orders).isEmpty();
    }
  }
}
