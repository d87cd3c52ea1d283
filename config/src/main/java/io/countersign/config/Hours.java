package io.countersign.config;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * When a rule counts.
 *
 * @param days on which it begins to count
 * @param from the first moment of the day
 * @param to the first moment at which it counts no more; before {@code from} it is on the next day,
 *     and equal to it a day later
 */
public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
  public Hours {
    days = Set.copyOf(days);
  }

  /** Whether the rule counts at a moment. */
  public boolean contain(Instant moment) {
    ZonedDateTime local = moment.atZone(zone);
    LocalTime time = local.toLocalTime();
    if (from.isBefore(to)) {
      return days.contains(local.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
    }
    return time.isBefore(from)
        ? time.isBefore(to) && days.contains(local.getDayOfWeek().minus(1))
        : days.contains(local.getDayOfWeek());
  }
}
