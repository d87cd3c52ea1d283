package io.countersign.signer;

import java.util.Set;

/**
 * Writes canonical requests: method, path, query, headers, their names, payload hash; one form for
 * all callers.
 */
final class CanonicalRequest {

  private CanonicalRequest() {}

  static void write(
      Bytes out,
      RequestView request,
      PathRule rule,
      String rawQuery,
      Set<String> drop,
      CanonicalQuery.Plus plus,
      Fields fields,
      String signedHeaders,
      PayloadHash payload)
      throws MalformedRequestException {
    String method = request.method();
    if (!HeaderNames.isToken(method)) {
      throw new MalformedRequestException(
          "the method is empty or has a character that it must not");
    }
    out.text(method).put('\n');
    CanonicalPath.canonical(out, request.path(), rule);
    out.put('\n');
    CanonicalQuery.canonical(out, rawQuery, drop, plus);
    out.put('\n');
    fields.write(out);
    out.put('\n').text(signedHeaders).put('\n').text(payload.headerValue());
  }
}
