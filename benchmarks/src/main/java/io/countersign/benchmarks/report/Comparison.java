package io.countersign.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures of one case side by side.
 *
 * @param key the first part of the names of its figures, such as {@code json-post.repeated}
 * @param title for people
 * @param note what else to know of it; empty if there is nothing
 * @param reference the key of the line that the others are divided by
 * @param lines in the order in which they are shown
 */
public record Comparison(
    String key, String title, String note, String reference, List<Line> lines) {

  /** What a line is of. */
  public enum Kind {
    /** Countersign. */
    OURS,
    /** Another signer. */
    PEER,
    /** A limit: hashes alone. */
    LIMIT
  }

  /**
   * One measure.
   *
   * @param key a part of the name of a figure, such as {@code sdk}
   * @param label for people
   */
  public record Line(String key, String label, Kind kind, Measure measure) {}

  /** Gathers lines, and leaves out those that were not run. */
  public static final class Builder {
    private final String key;
    private final String title;
    private final String reference;
    private final List<Line> lines = new ArrayList<>();
    private String note = "";

    /** A comparison without lines yet. */
    public Builder(String key, String title, String reference) {
      this.key = key;
      this.title = title;
      this.reference = reference;
    }

    /** Sets the note. */
    public Builder note(String text) {
      note = text;
      return this;
    }

    /** Adds a line, unless its measure is null. */
    public Builder line(String lineKey, String label, Kind kind, @Nullable Measure measure) {
      if (measure != null) {
        lines.add(new Line(lineKey, label, kind, measure));
      }
      return this;
    }

    /** The comparison; null if none of its lines was run. */
    public @Nullable Comparison build() {
      return lines.isEmpty()
          ? null
          : new Comparison(key, title, note, reference, List.copyOf(lines));
    }
  }

  /** The line of this key, or null. */
  @Nullable Line line(String lineKey) {
    for (Line line : lines) {
      if (line.key.equals(lineKey)) {
        return line;
      }
    }
    return null;
  }

  /** How many times the reference's time a line takes; null without the reference. */
  @Nullable Double ratio(Line line) {
    Line by = line(reference);
    return by == null ? null : line.measure.nanos() / by.measure.nanos();
  }

  /** Adds what a text may quote; {@link SignerRun#figures} has the names. */
  void addFigures(Map<String, Double> figures) {
    for (Line a : lines) {
      String name = key + "." + a.key;
      figures.put(name + ".ns", a.measure.nanos());
      if (!Double.isNaN(a.measure.bytes())) {
        figures.put(name + ".bytes", a.measure.bytes());
      }
      for (Line b : lines) {
        if (!a.key.equals(b.key)) {
          figures.put(name + "-to-" + b.key, a.measure.nanos() / b.measure.nanos());
        }
      }
    }
  }
}
