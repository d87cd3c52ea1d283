package io.countersign.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * What stands behind each path. Called on a virtual thread: a page may take its time.
 *
 * @param scrape writes all metrics in the form that a content type names
 */
record AdminPages(AdminServer.Scrape scrape, Readiness readiness, CredentialAdmin credentials) {
  static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final Pattern ORDER =
      Pattern.compile("/v1/admin/credentials/(\\d{1,9})/(refresh|evict)");

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
      case "/v1/admin/credentials" -> Answer.json(HttpResponseStatus.OK, credentials.list());
      default ->
          Answer.problem(
              HttpResponseStatus.NOT_FOUND,
              "The admin port serves /metrics, /livez, /readyz and /v1/admin/credentials");
    };
  }

  /** Whether the path takes orders, by POST, and nothing else. */
  static boolean takesOrders(String path) {
    return ORDER.matcher(path).matches();
  }

  /**
   * Carries out an order.
   *
   * @param path one that takes orders
   */
  Answer post(String path) {
    Matcher order = ORDER.matcher(path);
    if (!order.matches()) {
      throw new IllegalArgumentException(path);
    }
    int slot = Integer.parseInt(order.group(1));
    boolean refresh = order.group(2).equals("refresh");
    CredentialAdmin.Outcome outcome = refresh ? credentials.refresh(slot) : credentials.evict(slot);
    return switch (outcome) {
      case DONE ->
          Answer.json(
              refresh ? HttpResponseStatus.ACCEPTED : HttpResponseStatus.OK,
              JsonNodeFactory.instance
                  .objectNode()
                  .put("slot", slot)
                  .put(refresh ? "refreshing" : "evicted", true));
      case UNKNOWN ->
          Answer.problem(
              HttpResponseStatus.NOT_FOUND,
              "There is no slot " + slot + ": GET /v1/admin/credentials lists them");
      case BUSY ->
          Answer.problem(
              HttpResponseStatus.CONFLICT,
              "Slot " + slot + " is being fetched just now; send the order again when it is not");
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
