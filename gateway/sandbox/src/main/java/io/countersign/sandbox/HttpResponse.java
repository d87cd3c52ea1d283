package io.countersign.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * An answer to be written: status, headers (Content-Length is added by the writer) and a part of a
 * body.
 *
 * @param status 100 to 599
 * @param headers without Content-Length, Date and Connection
 * @param body the bytes, or of which a part is sent
 * @param start first byte to send
 * @param length how many bytes to send
 */
record HttpResponse(int status, List<Headers.Field> headers, Body body, long start, long length) {
  HttpResponse {
    headers = List.copyOf(headers);
  }

  static HttpResponse of(int status, Body body) {
    return new HttpResponse(status, List.of(), body, 0, body.length());
  }

  static HttpResponse empty(int status) {
    return of(status, Body.EMPTY);
  }

  static HttpResponse xml(int status, String document) {
    return of(status, Body.of(document)).with("Content-Type", "application/xml");
  }

  HttpResponse with(String name, String value) {
    List<Headers.Field> more = new ArrayList<>(headers);
    more.add(new Headers.Field(name, value));
    return new HttpResponse(status, more, body, start, length);
  }

  HttpResponse range(long from, long count) {
    return new HttpResponse(status, headers, body, from, count);
  }
}
