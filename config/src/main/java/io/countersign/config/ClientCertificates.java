package io.countersign.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Certificates that agents present on the agents' port.
 *
 * @param caFile the authorities that they must be of, PEM
 * @param required whether a connection without one is refused
 * @param agents from a name in the certificate to the agent's: {@code spiffe://<domain>/<path>}, or
 *     {@code dns:<name>} in lower case
 */
public record ClientCertificates(Path caFile, boolean required, Map<String, String> agents) {
  /** Before a DNS name in the keys of {@code agents}. */
  public static final String DNS = "dns:";

  public ClientCertificates {
    agents = Collections.unmodifiableMap(new LinkedHashMap<>(agents));
  }
}
