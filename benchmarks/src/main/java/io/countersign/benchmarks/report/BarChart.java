package io.countersign.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** A plot in SVG: for each comparison a panel with a scale of its own, for each line a bar. */
final class BarChart {
  private static final int WIDTH = 1000;
  private static final int LEFT = 370;
  private static final int BAR_WIDTH = 420;
  private static final int BAR = 16;
  private static final int STEP = 22;
  private static final int TITLE = 34;
  private static final int GAP = 14;
  private static final String STYLE =
      """
      <style>
        text { font: 12px system-ui, sans-serif; fill: #24292f }
        .head { font-size: 16px; font-weight: 600 }
        .title { font-size: 13px; font-weight: 600 }
        .small { font-size: 11px; fill: #57606a }
        .ours { fill: #0969da }
        .peer { fill: #8c959f }
        .limit { fill: #d4a72c }
      </style>
      """;

  private final StringBuilder svg = new StringBuilder();
  private int y;

  private BarChart() {}

  /** Draws. */
  static String draw(String title, String subtitle, List<Comparison> comparisons) {
    return new BarChart().drawAll(title, subtitle, comparisons);
  }

  private String drawAll(String title, String subtitle, List<Comparison> comparisons) {
    y = 30;
    text(20, y, "head", "start", title);
    y += 20;
    text(20, y, "small", "start", subtitle);
    y += 22;
    legend();
    for (Comparison comparison : comparisons) {
      panel(comparison);
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
        + WIDTH
        + " "
        + (y + 10)
        + "\" width=\""
        + WIDTH
        + "\" height=\""
        + (y + 10)
        + "\" role=\"img\">\n<title>"
        + escape(title)
        + "</title>\n"
        + STYLE
        + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        + svg
        + "</svg>\n";
  }

  private void legend() {
    int x = 20;
    for (Comparison.Kind kind : Comparison.Kind.values()) {
      rectangle(x, y - 10, 12, 12, style(kind));
      String label =
          switch (kind) {
            case OURS -> "Countersign";
            case PEER -> "other signers";
            case LIMIT -> "hashes alone";
          };
      text(x + 18, y, "small", "start", label);
      x += 130;
    }
    text(
        x,
        y,
        "small",
        "start",
        "time for one operation: shorter is better; each panel has its scale");
    y += GAP;
  }

  private void panel(Comparison comparison) {
    y += TITLE;
    Comparison.Line by = comparison.line(comparison.reference());
    text(
        20,
        y,
        "title",
        "start",
        comparison.title() + (by == null ? "" : " (× " + by.label() + ")"));
    y += 10;
    double longest =
        comparison.lines().stream().mapToDouble(line -> line.measure().nanos()).max().orElse(1);
    for (Comparison.Line line : comparison.lines()) {
      int width = (int) Math.max(1, Math.round(line.measure().nanos() / longest * BAR_WIDTH));
      text(LEFT - 10, y + 13, "", "end", line.label());
      rectangle(LEFT, y, width, BAR, style(line.kind()));
      Double ratio = comparison.ratio(line);
      text(
          LEFT + width + 8,
          y + 13,
          "",
          "start",
          Numbers.time(line.measure().nanos())
              + (ratio == null || line.key().equals(comparison.reference())
                  ? ""
                  : " · " + Numbers.ratio(ratio) + " ×"));
      y += STEP;
    }
  }

  private static String style(Comparison.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private void rectangle(int x, int top, int width, int height, String style) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"%s\"/>\n",
            x,
            top,
            width,
            height,
            style));
  }

  private void text(int x, int base, String style, String anchor, String content) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\"%s text-anchor=\"%s\">%s</text>\n",
            x,
            base,
            style.isEmpty() ? "" : " class=\"" + style + "\"",
            anchor,
            escape(content)));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
