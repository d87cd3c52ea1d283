package io.countersign.signer;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Times as {@code x-amz-date} has them: {@code 20150830T123600Z}, in UTC, to the second. */
final class AmzTime {

  private static final long MIN_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long MAX_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private AmzTime() {}

  static String format(Instant time) {
    long second = time.getEpochSecond();
    if (second < MIN_SECOND || second > MAX_SECOND) {
      throw new IllegalArgumentException(
          "a signing time lies between the years 0 and 9999: " + time);
    }
    LocalDateTime t = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    char[] out = new char[16];
    digits(out, 0, 4, t.getYear());
    digits(out, 4, 2, t.getMonthValue());
    digits(out, 6, 2, t.getDayOfMonth());
    out[8] = 'T';
    digits(out, 9, 2, t.getHour());
    digits(out, 11, 2, t.getMinute());
    digits(out, 13, 2, t.getSecond());
    out[15] = 'Z';
    return new String(out);
  }

  private static void digits(char[] out, int at, int count, int value) {
    for (int i = at + count - 1; i >= at; i--) {
      out[i] = (char) ('0' + value % 10);
      value /= 10;
    }
  }

  /** Reads exactly this form, or gives null. */
  static @Nullable Instant parse(String s) {
    if (s.length() != 16 || s.charAt(8) != 'T' || s.charAt(15) != 'Z') {
      return null;
    }
    LocalDate day = parseDay(s.substring(0, 8));
    int hour = number(s, 9, 2);
    int minute = number(s, 11, 2);
    int second = number(s, 13, 2);
    if (day == null
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 59) {
      return null;
    }
    return day.atTime(LocalTime.of(hour, minute, second)).toInstant(ZoneOffset.UTC);
  }

  /** Reads {@code 20150830}, or gives null. */
  static @Nullable LocalDate parseDay(String s) {
    if (s.length() != 8) {
      return null;
    }
    int year = number(s, 0, 4);
    int month = number(s, 4, 2);
    int day = number(s, 6, 2);
    if (year < 0 || month < 0 || day < 0) {
      return null;
    }
    try {
      return LocalDate.of(year, month, day);
    } catch (DateTimeException e) {
      return null; // such as 20150231, which is the answer to the caller's question
    }
  }

  private static int number(String s, int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      char c = s.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + c - '0';
    }
    return value;
  }
}
