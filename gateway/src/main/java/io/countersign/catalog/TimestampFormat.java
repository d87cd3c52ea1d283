package io.countersign.catalog;

/** The forms of a timestamp on the wire, by their names in the service models. */
public enum TimestampFormat {
  /** RFC 3339: {@code 2026-01-31T12:00:00Z}. */
  ISO8601("iso8601"),
  /** RFC 7231, section 7.1.1.1: {@code Sat, 31 Jan 2026 12:00:00 GMT}. */
  RFC822("rfc822"),
  /** Seconds since 1970-01-01T00:00:00Z, as a number that may have a fraction. */
  UNIX("unixTimestamp");

  private final String id;

  TimestampFormat(String id) {
    this.id = id;
  }

  /** The name in the service models. */
  public String id() {
    return id;
  }

  static TimestampFormat ofId(String id) {
    for (TimestampFormat format : values()) {
      if (format.id.equals(id)) {
        return format;
      }
    }
    throw new IllegalArgumentException("there is no timestamp format '" + id + "'");
  }
}
