package io.countersign.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Figures of speed in a Markdown text, and whether each stands in a committed result; the README of
 * this module, "Figures in texts", has the convention.
 */
final class Quotes {
  private static final String NUMBER = "(?<![\\w.,-])([0-9][0-9,]*(?:\\.[0-9]+)?)";

  /** What only a claim of speed has. Milliseconds and seconds by themselves are settings. */
  private static final String UNIT =
      "(ns|µs|μs|us|B/op|×"
          + "|[KMG]i?B/s"
          + "|(?:requests|signatures|calls|req)(?:/s| per second)"
          + "|(?:n|µ|μ|m)?s(?:/| per | for (?:one|each|a) )(?:request|signature|call)"
          + "|microseconds|nanoseconds"
          + "|(?:times|%) (?:as fast|faster|slower|the speed))";

  /** A figure with its unit; the unit may be missing only where a marker follows. */
  private static final Pattern FIGURE =
      Pattern.compile(NUMBER + "\\s?" + UNIT + "(?![\\w/-])", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern MARKED =
      Pattern.compile(
          NUMBER + "\\s?(?:" + UNIT + "|(KiB|MiB|MB|ms|%))?\\s?<!-- figure: ([^#\\s]+)#(\\S+) -->",
          Pattern.UNICODE_CHARACTER_CLASS);

  /** A goal is no claim. */
  private static final Pattern GOAL = Pattern.compile("[≤≥]\\s?$");

  /** Nor are the bounds of a histogram. */
  private static final Pattern BUCKETS = Pattern.compile("Buckets from [^.|]*? to [^.|]*");

  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\\n]*`");
  private static final Pattern COMMENT = Pattern.compile("<!-- figure:[^>]*-->");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path benchmarks;

  /**
   * Checks against results under a folder.
   *
   * @param benchmarks what the paths of markers are relative to
   */
  Quotes(Path benchmarks) {
    this.benchmarks = benchmarks;
  }

  /** What is wrong with the figures of a text, each with its line. */
  List<String> problems(String markdown) throws IOException {
    List<String> problems = new ArrayList<>();
    // Blanked out, not taken out: so lines and places stay what they are.
    String text = blank(CODE, markdown);
    text = blank(BUCKETS, text);
    StringBuilder unmarked = new StringBuilder(text);
    Matcher marked = MARKED.matcher(text);
    while (marked.find()) {
      String problem = check(marked);
      if (problem != null) {
        problems.add(line(text, marked.start()) + problem);
      }
      for (int i = marked.start(); i < marked.end(); i++) {
        unmarked.setCharAt(i, ' ');
      }
    }
    Matcher stray = COMMENT.matcher(unmarked);
    while (stray.find()) {
      problems.add(line(text, stray.start()) + "no number before " + stray.group());
    }
    Matcher figure = FIGURE.matcher(unmarked);
    while (figure.find()) {
      if (!GOAL.matcher(unmarked.substring(Math.max(0, figure.start() - 2), figure.start()))
          .find()) {
        problems.add(line(text, figure.start()) + "no marker after " + figure.group());
      }
    }
    return problems;
  }

  private static String blank(Pattern what, String text) {
    return what.matcher(text).replaceAll(found -> found.group().replaceAll("[^\\n]", " "));
  }

  private static String line(String text, int at) {
    return "line " + (1 + text.substring(0, at).chars().filter(c -> c == '\n').count()) + ": ";
  }

  private @Nullable String check(Matcher marked) throws IOException {
    String path = marked.group(4);
    String name = marked.group(5);
    Path file = benchmarks.resolve(path).normalize();
    if (!file.startsWith(benchmarks.resolve("results")) || !Files.isRegularFile(file)) {
      return path + " is not a file under results/";
    }
    JsonNode tree = JSON.readTree(file.toFile());
    JsonNode found = name.startsWith("/") ? tree.at(name) : tree.path(name);
    if (!found.isNumber()) {
      return path + " has no number " + name;
    }
    String unit = marked.group(2) != null ? marked.group(2) : marked.group(3);
    double value = found.asDouble() / scale(name, unit == null ? "" : unit);
    String quoted = marked.group(1).replace(",", "");
    return Math.abs(value - Double.parseDouble(quoted)) <= tolerance(quoted)
        ? null
        : String.format(Locale.ROOT, "%s is quoted, %s#%s is %.4f", quoted, path, name, value);
  }

  /** How many of the result's unit are one of the text's; results are in ns and in bytes. */
  private static double scale(String name, String unit) {
    boolean nanos = name.endsWith(".ns");
    if (unit.startsWith("µs") || unit.startsWith("μs") || unit.startsWith("us")) {
      return nanos ? 1e3 : 1;
    }
    if (unit.equals("microseconds")) {
      return nanos ? 1e3 : 1;
    }
    if (unit.startsWith("ms")) {
      return nanos ? 1e6 : 1;
    }
    return switch (unit) {
      case "KiB" -> 1024;
      case "MiB" -> 1024 * 1024;
      case "%" -> 0.01;
      default -> 1;
    };
  }

  /** Half of the last digit that is given; of zeros at the end of a whole number, all but one. */
  private static double tolerance(String quoted) {
    int point = quoted.indexOf('.');
    if (point >= 0) {
      return 0.5000001 * Math.pow(10, point + 1 - quoted.length());
    }
    int zeros = 0;
    while (zeros < quoted.length() - 2 && quoted.charAt(quoted.length() - 1 - zeros) == '0') {
      zeros++;
    }
    return 0.5000001 * Math.pow(10, zeros);
  }
}
