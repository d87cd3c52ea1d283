package io.countersign.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with a credentials endpoint of the host: no proxy, no redirect, a bounded answer.
 * Blocks; interrupting the virtual thread ends it.
 */
final class MetadataHttp {
  private static final int MOST_BYTES = 64 * 1024;

  private MetadataHttp() {}

  /**
   * An answer, whatever its status.
   *
   * @param date of the {@code Date} header; null when there is none
   */
  record Answer(int status, String body, @Nullable Instant date) {
    boolean ok() {
      return status == 200;
    }
  }

  /**
   * Sends a request, with an empty body for a PUT.
   *
   * @param timeout for connecting, and for each read
   * @throws IOException when there is no answer, or a longer one than such endpoints give
   */
  static Answer exchange(String method, URI uri, Map<String, String> headers, Duration timeout)
      throws IOException {
    HttpURLConnection http = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    int millis = Math.toIntExact(timeout.toMillis());
    http.setConnectTimeout(millis);
    http.setReadTimeout(millis);
    http.setInstanceFollowRedirects(false);
    http.setUseCaches(false);
    http.setRequestMethod(method);
    headers.forEach(http::setRequestProperty);
    if (method.equals("PUT")) {
      http.setDoOutput(true);
      try (OutputStream body = http.getOutputStream()) {
        body.flush(); // an empty body, so that Content-Length: 0 is sent
      }
    }
    int status = http.getResponseCode();
    if (status < 0) {
      throw new IOException("the answer is not HTTP");
    }
    byte[] bytes = new byte[0];
    try (InputStream body = status >= 400 ? http.getErrorStream() : http.getInputStream()) {
      if (body != null) {
        bytes = body.readNBytes(MOST_BYTES + 1);
      }
    }
    if (bytes.length > MOST_BYTES) {
      http.disconnect();
      throw new IOException("the answer is longer than " + MOST_BYTES + " bytes");
    }
    return new Answer(
        status, new String(bytes, StandardCharsets.UTF_8), date(http.getHeaderField("Date")));
  }

  /** The time that a {@code Date} header gives; null when there is none that can be read. */
  static @Nullable Instant date(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null; // then the machine's own clock counts
    }
  }
}
