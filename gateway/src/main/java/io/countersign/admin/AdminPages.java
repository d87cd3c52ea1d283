package io.countersign.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * What stands behind each path. Called on a virtual thread: a page may take its time.
 *
 * @param scrape writes all metrics in the form that a content type names
 * @param credentials the state of the credential cache, free of secrets
 */
record AdminPages(AdminServer.Scrape scrape, Readiness readiness, Supplier<JsonNode> credentials) {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  /**
   * @param path without the query string
   * @param accept the header {@code Accept}, or ""
   * @param acceptEncoding the header {@code Accept-Encoding}, or ""
   */
  Answer get(String path, String accept, String acceptEncoding) throws IOException {
    return switch (path) {
      case "/metrics" -> metrics(accept, acceptEncoding);
      case "/livez" -> Answer.text("ok\n");
      case "/readyz" -> ready();
      case "/v1/admin/credentials" -> Answer.json(HttpResponseStatus.OK, credentials.get());
      default ->
          Answer.problem(
              HttpResponseStatus.NOT_FOUND,
              "The admin port serves /metrics, /livez, /readyz and /v1/admin/credentials");
    };
  }

  private Answer metrics(String accept, String acceptEncoding) throws IOException {
    boolean openMetrics =
        AcceptHeader.quality(accept, "application/openmetrics-text") > 0
            && AcceptHeader.quality(accept, "application/openmetrics-text")
                >= AcceptHeader.quality(accept, "text/plain");
    String contentType = openMetrics ? OPEN_METRICS : TEXT;
    boolean gzip = AcceptHeader.quality(acceptEncoding, "gzip") > 0;
    ByteArrayOutputStream body = new ByteArrayOutputStream(64 * 1024);
    try (OutputStream out = gzip ? new GZIPOutputStream(body) : body) {
      scrape.write(out, contentType);
    }
    return new Answer(HttpResponseStatus.OK, contentType, gzip, body.toByteArray());
  }

  private Answer ready() {
    List<Readiness.Check> checks = readiness.checks();
    boolean ready = checks.stream().allMatch(Readiness.Check::ready);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("ready", ready);
    ArrayNode list = answer.putArray("checks");
    for (Readiness.Check check : checks) {
      list.addObject()
          .put("name", check.name())
          .put("ready", check.ready())
          .put("detail", check.detail());
    }
    return Answer.json(
        ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE, answer);
  }
}
