package io.countersign.protocol;

import io.countersign.catalog.TimestampFormat;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/**
 * Timestamps in the forms of the AWS protocols. What is written has milliseconds at most, as the
 * Smithy specification of the protocols wants it; what is read keeps its nanoseconds.
 */
final class Timestamps {
  private static final DateTimeFormatter RFC_822 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** As {@link #RFC_822}, with a fraction of a second that some services add. */
  private static final DateTimeFormatter LENIENT_RFC_822 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("EEE, d MMM yyyy HH:mm:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .appendLiteral(" GMT")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A number of seconds that {@link Instant} can hold has no more digits. */
  private static final int MOST_DIGITS = 40;

  private Timestamps() {}

  /** The seconds since 1970-01-01T00:00:00Z, with three decimals at most and no trailing zeros. */
  static BigDecimal seconds(Instant instant) {
    BigDecimal seconds =
        BigDecimal.valueOf(instant.getEpochSecond())
            .add(BigDecimal.valueOf(instant.getNano(), 9))
            .setScale(3, RoundingMode.FLOOR)
            .stripTrailingZeros();
    return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
  }

  /** The text of an instant in that format. */
  static String text(Instant instant, TimestampFormat format) {
    return switch (format) {
      case ISO8601 -> Instant.ofEpochMilli(instant.toEpochMilli()).toString();
      case RFC822 -> RFC_822.format(instant);
      case UNIX -> seconds(instant).toPlainString();
    };
  }

  /**
   * Reads any of the formats, whichever the model names: services mix them.
   *
   * @throws DateTimeException if it is none of them
   */
  static Instant parse(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.length() > 64) {
      throw new DateTimeException("no timestamp");
    }
    if (stripped.indexOf('T') > 0 && Character.isDigit(stripped.charAt(0))) {
      return OffsetDateTime.parse(stripped).toInstant();
    }
    if (Character.isLetter(stripped.charAt(0))) {
      return Instant.from(LENIENT_RFC_822.parse(stripped));
    }
    try {
      return ofSeconds(new BigDecimal(stripped));
    } catch (NumberFormatException e) {
      throw new DateTimeException("no timestamp", e);
    }
  }

  /**
   * The instant of a number of seconds since 1970-01-01T00:00:00Z.
   *
   * @throws DateTimeException if it is out of range
   */
  static Instant ofSeconds(BigDecimal seconds) {
    // A huge exponent would take memory and time without bound.
    if (seconds.precision() - seconds.scale() > MOST_DIGITS || Math.abs(seconds.scale()) > 1000) {
      throw new DateTimeException("the number of seconds is out of range");
    }
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    try {
      return Instant.ofEpochSecond(
          whole.longValueExact(), seconds.subtract(whole).movePointRight(9).longValue());
    } catch (ArithmeticException e) {
      throw new DateTimeException("the number of seconds is out of range", e);
    }
  }
}
