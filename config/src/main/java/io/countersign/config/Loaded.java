package io.countersign.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A configuration that can be used.
 *
 * @param warnings what deserves a look but stops nothing, in the order of the file
 * @param files every file that was read to make it, absolute: the configuration itself, the targets
 *     of {@code ${file:…}} and the TLS files. A change in any of them makes it stale
 * @param fingerprint twelve hexadecimal digits of a SHA-256 over the text of the file, to tell
 *     replicas with different files apart
 */
public record Loaded(
    GatewayConfig config, List<Problem> warnings, Set<Path> files, String fingerprint) {
  public Loaded {
    warnings = List.copyOf(warnings);
    files = Set.copyOf(files);
  }
}
