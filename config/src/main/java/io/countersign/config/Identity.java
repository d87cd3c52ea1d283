package io.countersign.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How agents prove who they are, beside bearer tokens and virtual credentials.
 *
 * @param issuers of JSON Web Tokens, by the name that the configuration gives them
 * @param kubernetes null takes no service-account tokens
 * @param clientCertificates null asks for none
 */
public record Identity(
    Map<String, TokenIssuer> issuers,
    @Nullable Kubernetes kubernetes,
    @Nullable ClientCertificates clientCertificates) {
  /** Bearer tokens and virtual credentials only. */
  public static final Identity NONE = new Identity(Map.of(), null, null);

  /** Signed tokens, and no certificates. */
  public Identity(Map<String, TokenIssuer> issuers, @Nullable Kubernetes kubernetes) {
    this(issuers, kubernetes, null);
  }

  public Identity {
    issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
  }
}
