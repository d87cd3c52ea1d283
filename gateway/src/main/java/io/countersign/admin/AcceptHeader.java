package io.countersign.admin;

/** Reads {@code Accept} and {@code Accept-Encoding} (RFC 9110, sections 12.5.1 and 12.5.3). */
final class AcceptHeader {
  private AcceptHeader() {}

  /**
   * How much the client wants a value: 0 (not named, or refused) to 1. A wildcard counts for
   * nothing, so that a client gets only what it asked for by name. A weight that is no number
   * counts as a refusal.
   */
  static double quality(String header, String value) {
    double best = 0;
    for (String element : header.split(",", -1)) {
      String[] parts = element.split(";", -1);
      if (parts[0].strip().equalsIgnoreCase(value)) {
        best = Math.max(best, weight(parts));
      }
    }
    return best;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.regionMatches(true, 0, "q=", 0, 2)) {
        String digits = parameter.substring(2).strip();
        return digits.matches("[01](\\.[0-9]{0,3})?") ? Math.min(1, Double.parseDouble(digits)) : 0;
      }
    }
    return 1;
  }
}
