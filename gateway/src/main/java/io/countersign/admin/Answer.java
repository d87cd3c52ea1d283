package io.countersign.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * A complete answer. It is whole before its first byte is sent, so that a failure half way is a 500
 * and not a scrape cut short.
 */
final class Answer {
  private static final ObjectMapper JSON = new ObjectMapper();

  final HttpResponseStatus status;
  final String contentType;
  final boolean gzip;

  /** Not copied: whoever makes an answer gives it up. */
  final byte[] body;

  Answer(HttpResponseStatus status, String contentType, boolean gzip, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.gzip = gzip;
    this.body = body;
  }

  static Answer text(String text) {
    return new Answer(
        HttpResponseStatus.OK,
        "text/plain; charset=utf-8",
        false,
        text.getBytes(StandardCharsets.UTF_8));
  }

  static Answer json(HttpResponseStatus status, JsonNode node) {
    return json(status, "application/json", node);
  }

  /** An error in the form of RFC 9457. */
  static Answer problem(HttpResponseStatus status, String detail) {
    ObjectNode problem = JsonNodeFactory.instance.objectNode();
    problem.put("type", "about:blank");
    problem.put("title", status.reasonPhrase());
    problem.put("status", status.code());
    problem.put("detail", detail);
    return json(status, "application/problem+json", problem);
  }

  private static Answer json(HttpResponseStatus status, String contentType, JsonNode node) {
    try {
      return new Answer(status, contentType, false, JSON.writeValueAsBytes(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that Jackson made cannot be written by it", e);
    }
  }
}
