package io.countersign.catalog.endpoint;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the rules language ("Rules engine standard library", and "AWS rules engine
 * library functions", Smithy 2.0). Each answers null, "not set", for arguments that are not set or
 * of which it can make nothing.
 */
final class RuleFunctions {
  private static final Pattern HOST_LABEL =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final String UNRESERVED = "-_.~";

  private final Map<String, Entry> functions;

  /**
   * @param arguments how many it takes; -1 for one or more
   */
  private record Entry(int arguments, RuleFunction function) {}

  RuleFunctions(Partitions partitions) {
    this.functions =
        Map.ofEntries(
            Map.entry("isSet", new Entry(1, a -> a[0] != null)),
            Map.entry("not", new Entry(1, a -> !isTrue(a[0]))),
            Map.entry("booleanEquals", new Entry(2, a -> equal(a[0], a[1]))),
            Map.entry("stringEquals", new Entry(2, a -> equal(a[0], a[1]))),
            Map.entry("coalesce", new Entry(-1, RuleFunctions::coalesce)),
            Map.entry("ite", new Entry(3, a -> isTrue(a[0]) ? a[1] : a[2])),
            Map.entry("substring", new Entry(4, RuleFunctions::substring)),
            Map.entry("split", new Entry(3, RuleFunctions::split)),
            Map.entry("uriEncode", new Entry(1, a -> text(a[0]) ? uriEncode(a[0]) : null)),
            Map.entry("parseURL", new Entry(1, a -> text(a[0]) ? parseUrl(a[0]) : null)),
            Map.entry("isValidHostLabel", new Entry(2, RuleFunctions::isValidHostLabel)),
            Map.entry(
                "aws.partition",
                new Entry(1, a -> text(a[0]) ? partitions.attributesOf(a[0].toString()) : null)),
            Map.entry("aws.parseArn", new Entry(1, a -> text(a[0]) ? parseArn(a[0]) : null)),
            Map.entry("aws.isVirtualHostableS3Bucket", new Entry(2, RuleFunctions::isBucketHost)));
  }

  /**
   * The function of that name.
   *
   * @throws RuleSetException if there is none, or none with so many arguments
   */
  RuleFunction named(String name, int arguments) {
    Entry entry = functions.get(name);
    if (entry == null) {
      throw new RuleSetException("the function '" + name + "' is not known");
    }
    if (entry.arguments() == -1 ? arguments < 1 : arguments != entry.arguments()) {
      throw new RuleSetException(
          "the function '" + name + "' does not take " + arguments + " arguments");
    }
    return entry.function();
  }

  /** Whether a condition with this value holds. */
  static boolean isTrue(@Nullable Object value) {
    return value != null && !Boolean.FALSE.equals(value);
  }

  private static boolean text(@Nullable Object value) {
    return value instanceof String;
  }

  private static @Nullable Object equal(@Nullable Object one, @Nullable Object other) {
    return (one == null || other == null) ? null : one.equals(other);
  }

  private static @Nullable Object coalesce(@Nullable Object[] arguments) {
    return Arrays.stream(arguments).filter(Objects::nonNull).findFirst().orElse(null);
  }

  private static @Nullable Object substring(@Nullable Object[] a) {
    if (!(a[0] instanceof String text)
        || !(a[1] instanceof Integer start)
        || !(a[2] instanceof Integer stop)
        || start < 0
        || start >= stop
        || text.length() < stop
        || !text.chars().allMatch(c -> c < 0x80)) {
      return null;
    }
    return isTrue(a[3])
        ? text.substring(text.length() - stop, text.length() - start)
        : text.substring(start, stop);
  }

  private static @Nullable Object split(@Nullable Object[] a) {
    if (!(a[0] instanceof String text)
        || !(a[1] instanceof String delimiter)
        || !(a[2] instanceof Integer limit)
        || delimiter.isEmpty()
        || limit < 0) {
      return null;
    }
    return List.of(text.split(Pattern.quote(delimiter), limit == 0 ? -1 : limit));
  }

  private static String uriEncode(Object value) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : value.toString().getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }

  private static @Nullable Object parseUrl(Object value) {
    URI uri;
    try {
      uri = new URI(value.toString());
    } catch (URISyntaxException e) {
      return null;
    }
    String scheme = uri.getScheme();
    String authority = uri.getRawAuthority();
    if (!("https".equals(scheme) || "http".equals(scheme))
        || authority == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      return null;
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    StringBuilder normalized = new StringBuilder(path.startsWith("/") ? path : "/" + path);
    if (normalized.charAt(normalized.length() - 1) != '/') {
      normalized.append('/');
    }
    String host = uri.getHost() == null ? authority : uri.getHost();
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("scheme", scheme);
    parts.put("authority", authority);
    parts.put("path", path);
    parts.put("normalizedPath", normalized.toString());
    parts.put("isIp", host.startsWith("[") || isIpv4(host));
    return parts;
  }

  private static boolean isIpv4(String host) {
    return IPV4.matcher(host).matches()
        && Arrays.stream(host.split("\\.", -1)).allMatch(n -> Integer.parseInt(n) <= 255);
  }

  private static Object isValidHostLabel(@Nullable Object[] a) {
    return a[0] instanceof String label && isHostLabel(label, isTrue(a[1]));
  }

  private static boolean isHostLabel(String text, boolean dots) {
    return dots
        ? Arrays.stream(text.split("\\.", -1)).allMatch(l -> HOST_LABEL.matcher(l).matches())
        : HOST_LABEL.matcher(text).matches();
  }

  private static Object isBucketHost(@Nullable Object[] a) {
    return a[0] instanceof String bucket
        && bucket.length() >= 3
        && bucket.length() <= 63
        && bucket.equals(bucket.toLowerCase(Locale.ROOT))
        && !IPV4.matcher(bucket).matches()
        && isHostLabel(bucket, isTrue(a[1]));
  }

  private static @Nullable Object parseArn(Object value) {
    String[] parts = value.toString().split(":", 6);
    if (parts.length < 6
        || !parts[0].equals("arn")
        || parts[1].isEmpty()
        || parts[2].isEmpty()
        || parts[5].isEmpty()) {
      return null;
    }
    List<String> resource = new ArrayList<>(Arrays.asList(parts[5].split("[:/]", -1)));
    return Map.of(
        "partition",
        parts[1],
        "service",
        parts[2],
        "region",
        parts[3],
        "accountId",
        parts[4],
        "resourceId",
        List.copyOf(resource));
  }
}
