package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Location;
import io.countersign.catalog.TimestampFormat;
import org.jspecify.annotations.Nullable;

/**
 * Members in the path of a request. A label that is empty, {@code .} or {@code ..} would name
 * another resource than the one that policy has seen, and is refused; so is one of a host.
 */
final class Labels {
  private Labels() {}

  /**
   * Fills a path template.
   *
   * @param rawKeys whether a greedy label is taken as it is by the service: S3's keys may have
   *     empty and dot segments, as long as they do not climb out of their bucket
   */
  static String expand(
      String template, @Nullable ShapeRef input, ObjectNode values, boolean rawKeys)
      throws BadInputException {
    StringBuilder path = new StringBuilder(template.length() + 32);
    int at = 0;
    while (at < template.length()) {
      int open = template.indexOf('{', at);
      int close = open < 0 ? -1 : template.indexOf('}', open);
      if (close < 0) {
        path.append(template, at, template.length());
        break;
      }
      path.append(template, at, open);
      boolean greedy = template.charAt(close - 1) == '+';
      String label = template.substring(open + 1, greedy ? close - 1 : close);
      ShapeRef member = bound(input, label);
      String pointer = BadInputException.pointerTo(member == null ? label : member.name());
      JsonNode value = member == null ? null : values.get(member.name());
      if (member == null || value == null || value.isNull()) {
        throw new BadInputException(pointer, "missing; it is part of the path");
      }
      String text = Scalars.text(member, value, TimestampFormat.ISO8601);
      check(pointer, text, greedy, rawKeys);
      Percent.encode(path, text, greedy ? "/" : "");
      at = close + 1;
    }
    return path.toString();
  }

  private static @Nullable ShapeRef bound(@Nullable ShapeRef input, String label) {
    if (input != null) {
      for (ShapeRef member : input.target().members()) {
        if (member.location() == Location.URI && member.wireName().equals(label)) {
          return member;
        }
      }
    }
    return null;
  }

  private static void check(String pointer, String text, boolean greedy, boolean rawKeys)
      throws BadInputException {
    if (text.isEmpty()) {
      throw new BadInputException(
          pointer, "is empty, but is part of the path, where it would name another resource");
    }
    if (!greedy) {
      if (text.equals(".") || text.equals("..")) {
        throw dots(pointer, text);
      }
      return;
    }
    int depth = 0;
    for (String segment : text.split("/", -1)) {
      boolean plain = !segment.isEmpty() && !segment.equals(".") && !segment.equals("..");
      if (!plain && !rawKeys) {
        throw segment.isEmpty()
            ? new BadInputException(
                pointer, "has an empty segment, which would name another resource in the path")
            : dots(pointer, segment);
      }
      depth += segment.equals("..") ? -1 : plain ? 1 : 0;
      if (depth < 0) {
        throw dots(pointer, segment);
      }
    }
  }

  private static BadInputException dots(String pointer, String segment) {
    return new BadInputException(
        pointer,
        "has the segment '" + segment + "', which would name another resource in the path");
  }

  /** Fills the template of a host prefix, such as {@code {AccountId}.}; empty for none. */
  static String hostPrefix(String template, @Nullable ShapeRef input, ObjectNode values)
      throws BadInputException {
    if (template.indexOf('{') < 0 || input == null) {
      return template;
    }
    String prefix = template;
    for (ShapeRef member : input.target().members()) {
      String label = "{" + member.name() + "}";
      if (member.has(ShapeRef.Trait.HOST_LABEL) && prefix.contains(label)) {
        String pointer = BadInputException.pointerTo(member.name());
        String text = values.path(member.name()).asText("");
        // RFC 1123, section 2.1: a label has letters, digits and inner hyphens.
        if (!text.matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")) {
          throw new BadInputException(
              pointer,
              "is part of the host's name, and must be 1 to 63 letters, digits and inner hyphens");
        }
        prefix = prefix.replace(label, text);
      }
    }
    if (prefix.indexOf('{') >= 0) {
      throw new IllegalStateException("the host prefix " + template + " has a label of no member");
    }
    return prefix;
  }
}
