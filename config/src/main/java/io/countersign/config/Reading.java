package io.countersign.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One pass over one file: collects what is wrong, resolves references, and holds the checks that
 * can only be made when everything has been read. Used by one thread, once.
 */
final class Reading {
  /** More problems than anybody mends in one go; the rest is left out and said to be. */
  static final int MAX_PROBLEMS = 200;

  /** Nodes that are visited. Aliases can make a small file huge; this is where that ends. */
  static final int MAX_NODES = 100_000;

  private static final int SHOWN = 80;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

  private final References references;
  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final Set<Path> files = new LinkedHashSet<>();
  private final Map<String, Integer> lines = new HashMap<>();
  private int nodes;
  private Regions regions = Regions.builtIn();

  Reading(Environment environment, Path folder) {
    this.references = new References(environment, folder);
    this.folder = folder;
  }

  /**
   * A scalar's text after its references were resolved.
   *
   * @param referenced whether any of it came from elsewhere
   * @param worldReadable a file it came from that every user can read, or null
   */
  record Text(String value, boolean referenced, @Nullable Path worldReadable) {}

  /** Thrown when the file is too big to be worth reading on. */
  static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch() {
      super("too many nodes", null, false, false);
    }
  }

  void problem(Place at, String message, String mend) {
    if (problems.size() == MAX_PROBLEMS) {
      problems.add(
          new Problem("", 0, 0, "there are more problems, which are left out here", "mend these"));
    } else if (problems.size() < MAX_PROBLEMS) {
      problems.add(of(at, message, mend));
    }
  }

  void warning(Place at, String message, String mend) {
    if (warnings.size() < MAX_PROBLEMS) {
      warnings.add(of(at, message, mend));
    }
  }

  private static Problem of(Place at, String message, String mend) {
    return new Problem(
        printable(at.path()), at.line(), at.column(), printable(message), printable(mend));
  }

  /** A key in the file may hold a line end; a line of the log must not. */
  private static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }

  /** Adds a check that runs when everything has been read. */
  void later(Runnable check) {
    later.add(check);
  }

  /** Runs the checks that were put off. */
  void finish() {
    for (Runnable check = later.poll(); check != null; check = later.poll()) {
      check.run();
    }
  }

  List<Problem> problems() {
    return sorted(problems);
  }

  List<Problem> warnings() {
    return sorted(warnings);
  }

  private static List<Problem> sorted(List<Problem> list) {
    return list.stream()
        .sorted(
            Comparator.comparingInt((Problem p) -> p.line() == 0 ? Integer.MAX_VALUE : p.line())
                .thenComparingInt(Problem::column))
        .toList();
  }

  /** Counts a node. */
  void visit() {
    if (++nodes > MAX_NODES) {
      throw new TooMuch();
    }
  }

  /** The text of a scalar, or null after a problem was reported. */
  @Nullable Text text(Place at, String words) {
    return text(at, words, false);
  }

  /** A text in which <code>${agent}</code> may stand, and stays. */
  @Nullable Text template(Place at, String words) {
    return text(at, words, true);
  }

  private @Nullable Text text(Place at, String words, boolean template) {
    visit();
    if (!(at.node() instanceof ScalarNode scalar)) {
      problem(at, "this is " + kind(at.node()) + ", not " + words, "write one value");
      return null;
    }
    if (isNull(scalar)) {
      problem(at, "the key has no value", "give it a value (" + words + ") or remove it");
      return null;
    }
    return references.resolve(scalar.getValue(), template, at, this);
  }

  static boolean isNull(Node node) {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  /** "a list", "a mapping" or "a single value". */
  static String kind(Node node) {
    return switch (node.getNodeType()) {
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case SCALAR -> "a single value";
      case ANCHOR -> "an alias";
    };
  }

  /** The value as it stands in the file, in quotes: references are not resolved. */
  static String shown(Place at) {
    String text = at.node() instanceof ScalarNode scalar ? scalar.getValue() : kind(at.node());
    StringBuilder shown = new StringBuilder("'");
    text.codePoints()
        .limit(SHOWN)
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return shown.append(text.codePointCount(0, text.length()) > SHOWN ? "…'" : "'").toString();
  }

  /** A path of the file system; a relative one counts from the configuration's folder. */
  Path resolve(String text) throws Wrong {
    try {
      return folder.resolve(text).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      throw new Wrong("is not a path of this system", "remove what may not stand in a file name");
    }
  }

  /** Notes that a file was read to make the configuration. */
  void read(Path file) {
    files.add(file.toAbsolutePath().normalize());
  }

  Set<Path> files() {
    return files;
  }

  /** Notes where a value stands. */
  void located(Place at) {
    lines.putIfAbsent(printable(at.path()), at.line());
  }

  Map<String, Integer> lines() {
    return lines;
  }

  Regions regions() {
    return regions;
  }

  void regions(Regions known) {
    this.regions = known;
  }
}
