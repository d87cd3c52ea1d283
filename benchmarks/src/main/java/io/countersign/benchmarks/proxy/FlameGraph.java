package io.countersign.benchmarks.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws collapsed stacks as a flame graph that every browser shows: a box for each frame, as wide
 * as its share of the samples, callers below callees. A box tells its share under the pointer.
 */
final class FlameGraph {
  private static final int WIDTH = 1_600;
  private static final int ROW = 17;
  private static final double CHARACTER = 6.6;

  /** Narrower boxes are left out, in thousandths of all samples. */
  private static final double LEAST_SHARE = 1.5;

  /** One frame in its place, with the samples of all that it called. */
  private static final class Frame {
    final Map<String, Frame> callees = new TreeMap<>();
    long samples;

    int depth(double least) {
      int deepest = 0;
      for (Frame callee : callees.values()) {
        if (callee.samples >= least) {
          deepest = Math.max(deepest, callee.depth(least));
        }
      }
      return deepest + 1;
    }
  }

  private final Frame all = new Frame();
  private final StringBuilder svg = new StringBuilder(200_000);
  private double least;
  private int height;

  private FlameGraph() {}

  /**
   * Draws.
   *
   * @param collapsed a line for each stack, frames from the outermost on and divided by semicolons,
   *     then a space and the number of samples
   */
  static void draw(Path collapsed, Path to, String title) throws IOException {
    FlameGraph graph = new FlameGraph();
    for (String line : Files.readAllLines(collapsed)) {
      int space = line.lastIndexOf(' ');
      graph.add(line.substring(0, space).split(";", -1), Long.parseLong(line.substring(space + 1)));
    }
    Files.writeString(to, graph.svg(title));
  }

  private void add(String[] frames, long samples) {
    all.samples += samples;
    Frame at = all;
    for (String frame : frames) {
      at = at.callees.computeIfAbsent(shortened(frame), _ -> new Frame());
      at.samples += samples;
    }
  }

  /** The class without its package, and hidden classes without their addresses. */
  private static String shortened(String frame) {
    String name = frame.substring(frame.lastIndexOf('/') + 1);
    return name.replaceAll("\\$\\$Lambda\\.0x[0-9a-f]+", "\\$\\$Lambda")
        .replaceAll("libnetty_transport_native_epoll.*", "libnetty_transport_native_epoll");
  }

  private String svg(String title) {
    least = all.samples * LEAST_SHARE / 1_000;
    height = (all.depth(least) + 2) * ROW;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"monospace\" font-size=\"11\">%n<rect width=\"100%%\""
                + " height=\"100%%\" fill=\"#fff\"/>%n<text x=\"4\" y=\"13\">%s</text>%n",
            WIDTH,
            height,
            escaped(title)));
    box("all", all, 0, 0);
    return svg.append("</svg>\n").toString();
  }

  private void box(String name, Frame frame, double left, int depth) {
    double scale = (double) WIDTH / all.samples;
    double width = frame.samples * scale;
    int top = height - (depth + 1) * ROW;
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s: %.1f %%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\""
                + " fill=\"%s\"/>",
            escaped(name),
            100.0 * frame.samples / all.samples,
            left,
            top,
            Math.max(0.5, width - 0.5),
            ROW - 1,
            colour(name)));
    int room = (int) (width / CHARACTER);
    if (room > 3) {
      String text = name.length() <= room ? name : name.substring(0, room - 1) + "…";
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\">%s</text>",
              left + 2,
              top + 12,
              escaped(text)));
    }
    svg.append("</g>\n");
    double at = left;
    for (Map.Entry<String, Frame> callee : frame.callees.entrySet()) {
      if (callee.getValue().samples >= least) {
        box(callee.getKey(), callee.getValue(), at, depth + 1);
      }
      at += callee.getValue().samples * scale;
    }
  }

  /**
   * What has a dot and no colons is Java; the rest is the kernel's door, the JVM and the C library.
   */
  private static String colour(String name) {
    return name.contains(".") && !name.contains("::") ? "#a5d6a0" : "#f2b98a";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
