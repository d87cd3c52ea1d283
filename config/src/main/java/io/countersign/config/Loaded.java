package io.countersign.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A configuration that can be used.
 *
 * @param warnings what deserves a look but stops nothing, in the order of the file
 * @param files every file that was read to make it, absolute: the configuration itself, the targets
 *     of {@code ${file:…}} and the TLS files. A change in any of them makes it stale
 * @param lines the line of each value that the file has, by its path
 * @param fingerprint twelve hexadecimal digits of a SHA-256 over the text of the file, to tell
 *     replicas with different files apart
 */
public record Loaded(
    GatewayConfig config,
    List<Problem> warnings,
    Set<Path> files,
    Map<String, Integer> lines,
    String fingerprint) {
  public Loaded {
    warnings = List.copyOf(warnings);
    files = Set.copyOf(files);
    lines = Map.copyOf(lines);
  }

  /** A problem that was found without the file, with the line of its path or of what that is in. */
  public Problem located(Problem problem) {
    String path = problem.path();
    Integer line = problem.line() > 0 ? Integer.valueOf(problem.line()) : lines.get(path);
    while (line == null && !path.isEmpty()) {
      int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
      path = path.substring(0, Math.max(end, 0));
      line = lines.get(path);
    }
    return line == null
        ? problem
        : new Problem(problem.path(), line, problem.column(), problem.message(), problem.mend());
  }
}
