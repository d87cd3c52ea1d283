package io.countersign.signer.differential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The table of what may differ: {@code allowed-differences.txt}. It counts which of its entries
 * were needed.
 */
final class AllowedDifferences {

  private static final String FILE = "allowed-differences.txt";

  /**
   * A line of the table.
   *
   * @param feature a {@link Feature}, or {@code header:} and a lower-case name
   */
  private record Entry(
      String feature, String oracle, Difference.Part part, String reason, String choice) {

    boolean explains(Case c, String byOracle, Difference difference) {
      if (!oracle.equals(byOracle)
          || (part != difference.part() && difference.part() != Difference.Part.UNSEEN)) {
        return false;
      }
      return feature.startsWith("header:")
          ? feature.substring(7).equals(difference.detail())
              && c.headers().stream().anyMatch(h -> h.name().equalsIgnoreCase(difference.detail()))
          : Feature.valueOf(feature).in(c, difference.detail());
    }

    String key() {
      return feature + " | " + oracle + " | " + part;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> needed = new TreeSet<>();

  AllowedDifferences() {
    for (String line : lines()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] columns = line.split(" *\\| *", -1);
      if (columns.length != 5) {
        throw new IllegalStateException(FILE + ": this line has not five columns: " + line);
      }
      Entry entry =
          new Entry(
              columns[0], columns[1], Difference.Part.valueOf(columns[2]), columns[3], columns[4]);
      if (!entry.feature.startsWith("header:")) {
        Feature.valueOf(entry.feature);
      }
      entries.add(entry);
    }
  }

  private static List<String> lines() {
    try (InputStream in = AllowedDifferences.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not there");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the table has the difference. */
  boolean allow(Case c, String oracle, Difference difference) {
    Entry only = null;
    int count = 0;
    for (Entry entry : entries) {
      if (entry.explains(c, oracle, difference)) {
        only = entry;
        count++;
      }
    }
    if (only != null && count == 1 && difference.part() != Difference.Part.UNSEEN) {
      needed.add(only.key());
    }
    return count > 0;
  }

  /** The entries without which no difference seen so far would have been refused. */
  List<String> notNeeded() {
    return entries.stream().map(Entry::key).filter(key -> !needed.contains(key)).toList();
  }
}
