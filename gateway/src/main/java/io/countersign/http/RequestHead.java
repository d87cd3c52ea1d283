package io.countersign.http;

import io.countersign.config.Limits;
import io.countersign.door.Head;
import io.countersign.door.Outgoing;
import io.countersign.door.Refusal;
import io.countersign.door.Refused;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the head of a request, once, and refuses what two readers could read in two ways. */
final class RequestHead {
  private RequestHead() {}

  static Head read(HttpRequest wire, Limits limits) throws Refused {
    if (wire.decoderResult().isFailure()) {
      throw new Refused(badHead(wire.decoderResult().cause(), limits));
    }
    if (!wire.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && !wire.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      throw bad("bad-version", wire.protocolVersion() + " is not spoken here", "use HTTP/1.1");
    }
    String target = wire.uri();
    if (!target.startsWith("/")
        || wire.method().equals(HttpMethod.CONNECT)
        || wire.method().equals(HttpMethod.TRACE)) {
      throw bad(
          "bad-target",
          "the request target must be a path, and the method not CONNECT or TRACE",
          "send the request to the gateway as to an origin server, not as to a proxy");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c == 0x7f || c == '#') {
        throw bad(
            "bad-target",
            "the request target has a character that it must not, at offset " + i,
            "percent-encode it");
      }
    }
    int question = target.indexOf('?');
    Head head =
        new Head(
            wire.method().name(),
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            wire.headers().size());
    Iterator<Map.Entry<CharSequence, CharSequence>> headers = wire.headers().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      head.add(header.getKey().toString(), header.getValue().toString());
    }
    checkHost(head, wire.protocolVersion().equals(HttpVersion.HTTP_1_1));
    long length = bodyLength(wire);
    if (length > limits.bodyBytes()) {
      throw new Refused(tooLarge(limits.bodyBytes()));
    }
    return head;
  }

  private static void checkHost(Head head, boolean required) throws Refused {
    int hosts = head.occurrences("host");
    if (hosts > 1 || (hosts == 0 && required)) {
      throw bad(
          "bad-host",
          hosts == 0 ? "there is no Host header" : "there is more than one Host header",
          "send exactly one");
    }
    String host = head.get("host");
    if (host == null) {
      return;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean fine =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '-'
              || c == '_'
              || c == ':'
              || c == '['
              || c == ']';
      if (!fine) {
        throw bad(
            "bad-host", "the Host header is not a host and a port", "send the gateway's own name");
      }
    }
  }

  /** The length of the body: in bytes, {@link Outgoing#CHUNKED} or {@link Outgoing#NO_BODY}. */
  static long bodyLength(HttpRequest wire) {
    if (wire.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return Outgoing.CHUNKED;
    }
    String length = wire.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? Outgoing.NO_BODY : Long.parseLong(length.strip());
  }

  static boolean expectsContinue(Head head) throws Refused {
    String expect = head.get("expect");
    if (expect == null) {
      return false;
    }
    if (!expect.equalsIgnoreCase("100-continue")) {
      throw bad("bad-expectation", "Expect is neither absent nor 100-continue", "leave it out");
    }
    return true;
  }

  private static Refused bad(String code, String detail, String hint) {
    return new Refused(new Refusal(Refusal.Kind.MALFORMED, code, detail, hint));
  }

  private static Refusal badHead(@Nullable Throwable cause, Limits limits) {
    if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException) {
      return new Refusal(
          Refusal.Kind.HEAD_TOO_LARGE,
          "head-too-large",
          "the request line or the headers are larger than " + limits.headerBytes() + " bytes",
          "send less, or raise limits.header");
    }
    return new Refusal(
        Refusal.Kind.MALFORMED,
        "malformed-http",
        "the request is not HTTP/1.1 as RFC 9112 has it: " + message(cause),
        "send it with an HTTP library");
  }

  static Refusal badBody(@Nullable Throwable cause) {
    return new Refusal(
        Refusal.Kind.MALFORMED,
        "malformed-body",
        "the body's framing is broken: " + message(cause),
        "send it with an HTTP library");
  }

  private static String message(@Nullable Throwable cause) {
    String message = cause == null ? null : cause.getMessage();
    if (message == null) {
      return "it does not parse";
    }
    // Netty quotes what it read; an answer and a log line have no use for control characters.
    return message.length() > 200
        ? message.substring(0, 200).replaceAll("\\p{Cntrl}", "?")
        : message.replaceAll("\\p{Cntrl}", "?");
  }

  static Refusal tooLarge(long limit) {
    return new Refusal(
        Refusal.Kind.TOO_LARGE,
        "body-too-large",
        "the body is larger than " + limit + " bytes",
        "send less, or raise the limit under 'limits'");
  }
}
