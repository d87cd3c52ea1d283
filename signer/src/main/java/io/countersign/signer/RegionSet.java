package io.countersign.signer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Regions that a SigV4a signature names: {@code eu-west-1}, {@code us-*}, {@code *}. */
final class RegionSet {

  static final int MAX = 64;
  private static final int MAX_ENTRY = 64;

  private RegionSet() {}

  /** What is wrong with these entries, or null. */
  static @Nullable String problem(List<String> entries) {
    if (entries.isEmpty() || entries.size() > MAX) {
      return "a region set has 1 to " + MAX + " entries, not " + entries.size();
    }
    for (int i = 0; i < entries.size(); i++) {
      if (!isEntry(entries.get(i))) {
        return "entry "
            + (i + 1)
            + " of the region set is empty, longer than "
            + MAX_ENTRY
            + ", or has a character other than a-z, 0-9, - and *";
      }
    }
    return null;
  }

  private static boolean isEntry(String entry) {
    boolean good = !entry.isEmpty() && entry.length() <= MAX_ENTRY;
    for (int i = 0; good && i < entry.length(); i++) {
      char c = entry.charAt(i);
      good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*';
    }
    return good;
  }

  static List<String> parse(String value) throws MalformedRequestException {
    List<String> entries = new ArrayList<>();
    for (String entry : value.split(",", MAX + 2)) {
      entries.add(entry.strip());
    }
    String wrong = problem(entries);
    if (wrong != null) {
      throw new MalformedRequestException("x-amz-region-set: " + wrong);
    }
    return List.copyOf(entries);
  }

  /** Whether an entry names the Region, its asterisks standing for any run of characters. */
  static boolean covers(List<String> entries, String region) {
    for (String entry : entries) {
      if (matches(entry, region)) {
        return true;
      }
    }
    return false;
  }

  /** Linear in both lengths for one asterisk, and never worse than their product. */
  private static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
