package io.countersign.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Iterator;
import java.util.Map;

/** Writes the tour; with colours only where a person looks at it. */
final class Page {
  private static final int WIDTH = 118;
  private static final int MAX_ROWS = 5;

  private final PrintStream out;
  private final boolean colours;
  private int step;

  Page(PrintStream out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void title(String text) {
    out.println(paint("1", text));
  }

  void step(String text) {
    step++;
    out.println();
    out.println(paint("1;36", step + ". " + text));
  }

  void line(String text) {
    out.println(("   " + text).stripTrailing());
  }

  void request(String text) {
    out.println(paint("33", "   $ " + text));
  }

  void answer(AgentClient.Answer answer) {
    String colour = answer.status() < 400 ? "32" : "35";
    out.println(paint(colour, "   " + answer.status()) + " in " + answer.millis() + " ms");
  }

  void good(String text) {
    out.println(paint("32", "   ok: ") + text);
  }

  void bad(String text) {
    out.println();
    out.println(paint("1;31", "FAILED: ") + text);
  }

  /**
   * An object with its containers one on each line, the rows of a table one on each line, and the
   * short members together.
   */
  void json(JsonNode object) {
    if (!(object instanceof ObjectNode members)) {
      wrap(object.toString());
      return;
    }
    StringBuilder line = new StringBuilder();
    Iterator<Map.Entry<String, JsonNode>> each = members.properties().iterator();
    while (each.hasNext()) {
      Map.Entry<String, JsonNode> member = each.next();
      String name = "\"" + member.getKey() + "\": ";
      String comma = each.hasNext() ? "," : "";
      String text = name + member.getValue() + comma;
      boolean rows = member.getKey().equals("rows");
      if (rows || line.length() + text.length() > WIDTH) {
        flush(line);
      }
      if (rows) {
        rows(name, member.getValue(), comma);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(text);
      }
    }
    flush(line);
  }

  private void flush(StringBuilder line) {
    if (!line.isEmpty()) {
      wrap(line.toString());
      line.setLength(0);
    }
  }

  private void rows(String name, JsonNode rows, String comma) {
    line("  " + name + "[");
    for (int i = 0; i < rows.size(); i++) {
      if (i == MAX_ROWS) {
        line("    … " + (rows.size() - MAX_ROWS) + " more");
        break;
      }
      line("    " + rows.get(i) + (i < rows.size() - 1 ? "," : ""));
    }
    line("  ]" + comma);
  }

  /** Text on as many lines as it needs, broken at spaces. */
  void wrap(String text) {
    String rest = text;
    String indent = "  ";
    while (rest.length() > WIDTH) {
      int cut = rest.lastIndexOf(' ', WIDTH);
      cut = cut <= 0 ? WIDTH : cut;
      line(indent + rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
      indent = "    ";
    }
    line(indent + rest);
  }

  private String paint(String code, String text) {
    return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
