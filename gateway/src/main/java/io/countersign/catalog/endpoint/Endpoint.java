package io.countersign.catalog.endpoint;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a rule set answers.
 *
 * @param url scheme, host, perhaps a port and a path
 * @param authSchemes the preferred one first; empty where the service's own holds
 * @param headers to be set on the request, each with its values
 * @param properties as the rule has them, {@code authSchemes} too; values are texts, numbers,
 *     flags, lists and maps
 */
public record Endpoint(
    URI url,
    List<AuthScheme> authSchemes,
    Map<String, List<String>> headers,
    Map<String, Object> properties) {
  public Endpoint {
    authSchemes = List.copyOf(authSchemes);
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }
}
