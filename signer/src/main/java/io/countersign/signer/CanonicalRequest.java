package io.countersign.signer;

import java.util.Set;

/**
 * Writes canonical requests: method, path, query, headers, their names, payload hash; one form for
 * all callers.
 */
final class CanonicalRequest {

  private CanonicalRequest() {}

  /**
   * Appends everything but the payload hash, the line break before it included.
   *
   * @param query the parameters of the query, parsed
   * @param fields the headers to sign, sorted
   * @return where the names of the signed headers begin; they end before the line break
   */
  static int write(
      Bytes out,
      RequestView request,
      PathRule rule,
      QueryTable query,
      Set<String> drop,
      Fields fields)
      throws MalformedRequestException {
    String method = request.method();
    if (!HeaderNames.isToken(method)) {
      throw new MalformedRequestException(
          "the method is empty or has a character that it must not");
    }
    out.text(method).put('\n');
    CanonicalPath.canonical(out, request.path(), rule);
    out.put('\n');
    query.write(out, drop);
    out.put('\n');
    fields.write(out);
    out.put('\n');
    int names = out.length;
    fields.signedHeaders(out);
    out.put('\n');
    return names;
  }
}
