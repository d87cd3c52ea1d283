package io.countersign.config;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Text to a tree of nodes, each of which knows its line. YAML 1.2, core schema. */
final class Yaml {
  /** The longest text that is read, in characters. */
  static final int MAX_LENGTH = 1 << 20;

  /** The deepest nesting. The composer below is recursive, so this is checked before it runs. */
  static final int MAX_DEPTH = 32;

  /** The most aliases ({@code *name}); what they expand to is counted again while reading. */
  static final int MAX_ALIASES = 1000;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setCodePointLimit(MAX_LENGTH)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setLabel("configuration")
          .build();

  private Yaml() {}

  /**
   * Composes the one document of the text.
   *
   * @return null when the text holds no document
   * @throws ConfigException with one problem, which quotes nothing of the text
   */
  static @Nullable Node compose(String text) throws ConfigException {
    if (text.length() > MAX_LENGTH) {
      throw one(
          0,
          0,
          "the file is longer than " + MAX_LENGTH + " characters",
          "split the agents and connectors over several gateways");
    }
    try {
      checkSize(text);
      return new Compose(SETTINGS).composeString(text).orElse(null);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
      throw one(
          mark.map(m -> m.getLine() + 1).orElse(0),
          mark.map(m -> m.getColumn() + 1).orElse(0),
          "the YAML is broken: " + plain(e),
          mend(e.getProblem()));
    } catch (ReaderException e) {
      int line = 1 + (int) text.chars().limit(e.getPosition()).filter(c -> c == '\n').count();
      throw one(
          line,
          0,
          "the YAML is broken: the character U+%04X may not stand in YAML"
              .formatted(e.getCodePoint()),
          "remove it, or write it as an escape inside double quotes");
    } catch (YamlEngineException | IndexOutOfBoundsException | IllegalArgumentException e) {
      // The parser throws the last two, without a place, on some malformed tags and escapes.
      throw one(
          0, 0, "the YAML is broken and the parser does not say where", "check the last change");
    }
  }

  private static void checkSize(String text) throws ConfigException {
    int depth = 0;
    int aliases = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw one(
            event.getStartMark().map(m -> m.getLine() + 1).orElse(0),
            0,
            "the YAML nests deeper than " + MAX_DEPTH + " levels",
            "no key of the configuration needs that");
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof AliasEvent && ++aliases > MAX_ALIASES) {
        throw one(
            event.getStartMark().map(m -> m.getLine() + 1).orElse(0),
            0,
            "the YAML has more than " + MAX_ALIASES + " aliases",
            "write some of them out");
      }
    }
  }

  private static String plain(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem().strip();
    String context = e.getContext() == null ? "" : e.getContext().strip();
    if (problem.startsWith("but found another document")) {
      return "the file holds more than one document";
    }
    if (problem.contains("TAB")) {
      return "a tab stands where only spaces may";
    }
    return context.isEmpty() ? problem : problem + " (" + context + ")";
  }

  private static String mend(@Nullable String problem) {
    if (problem == null) {
      return "";
    } else if (problem.contains("mapping values are not allowed")) {
      return "a value that contains ': ' needs quotes, and a nested key needs a line of its own";
    } else if (problem.contains("TAB")) {
      return "indent with spaces";
    } else if (problem.contains("another document")) {
      return "remove the line '---' and what follows";
    } else if (problem.contains("cannot start any token")) {
      return "put the value in quotes";
    } else if (problem.contains("undefined alias")) {
      return "a value that begins with '*' needs quotes";
    }
    return "look at this line and the one before it: indentation, brackets and quotes";
  }

  private static ConfigException one(int line, int column, String message, String mend) {
    return new ConfigException(List.of(new Problem("", line, column, message, mend)));
  }
}
