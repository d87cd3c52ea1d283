package io.countersign.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The configuration cannot be used. Every problem is here, in the order of the file. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final transient Set<Path> files;

  public ConfigException(List<Problem> problems) {
    this(problems, Set.of());
  }

  ConfigException(List<Problem> problems, Set<Path> files) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a refused configuration has at least one problem");
    }
    this.problems = List.copyOf(problems);
    this.files = Set.copyOf(files);
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }

  /** The files that were read, or looked for, before the configuration was refused. */
  public Set<Path> files() {
    return files;
  }
}
