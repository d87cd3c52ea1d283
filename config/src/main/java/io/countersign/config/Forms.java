package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The kinds of value that the configuration is made of. */
final class Forms {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,16})(KiB|MiB|GiB|)");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private Forms() {}

  /** Makes a value of a scalar's text. */
  interface Parser<T> {
    T parse(String text, Place at, Reading in) throws Wrong;
  }

  /** A value written as one scalar. */
  static <T> Form<T> scalar(String words, Supplier<ObjectNode> schema, Parser<T> parser) {
    return new Form<>() {
      @Override
      public @Nullable T read(Place at, Reading in) {
        Reading.Text text = in.text(at, words);
        if (text == null) {
          return null;
        }
        try {
          return parser.parse(text.value(), at, in);
        } catch (Wrong e) {
          in.problem(at, Reading.shown(at) + " " + e.says(), e.mend());
          return null;
        }
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        return schema.get();
      }
    };
  }

  /** Text of a given form. */
  static Form<String> text(String words, String pattern, String says, String mend) {
    Pattern whole = Pattern.compile("\\A(?:" + pattern + ")\\z");
    return scalar(
        words,
        () -> Schema.pattern("^(?:" + pattern + ")$"),
        (text, at, in) -> {
          if (!whole.matcher(text).matches()) {
            throw new Wrong(says, mend);
          }
          return text;
        });
  }

  static Form<Boolean> flag() {
    return scalar(
        "`true` or `false`",
        () -> Schema.orReference(Schema.object().put("type", "boolean")),
        (text, at, in) ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new Wrong("is neither true nor false", "write true or false");
            });
  }

  static Form<Integer> integer(int min, int max) {
    return scalar(
        "a number from " + min + " to " + max,
        () ->
            Schema.orReference(
                Schema.object().put("type", "integer").put("minimum", min).put("maximum", max)),
        (text, at, in) -> {
          String mend = "write a whole number from " + min + " to " + max;
          try {
            int value = Integer.parseInt(text);
            if (value < min || value > max) {
              throw new Wrong("is not within " + min + " to " + max, mend);
            }
            return value;
          } catch (NumberFormatException e) {
            throw new Wrong("is not a whole number of that size", mend);
          }
        });
  }

  /** A number and a unit: {@code 500ms}, {@code 30s}, {@code 15m}, {@code 1h}, {@code 7d}. */
  static Form<Duration> duration(String min, String max) {
    Duration least = Durations.parse(min).orElseThrow();
    Duration most = Durations.parse(max).orElseThrow();
    return scalar(
        "a duration from " + min + " to " + max,
        () -> Schema.pattern("^\\d{1,9}(ms|s|m|h|d)$"),
        (text, at, in) -> {
          Duration value =
              Durations.parse(text)
                  .orElseThrow(
                      () ->
                          new Wrong(
                              "is not a duration",
                              "write a whole number and a unit: 500ms, 30s, 15m or 1h"));
          if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new Wrong(
                "is not within " + min + " to " + max,
                "write a duration from " + min + " to " + max);
          }
          return value;
        });
  }

  /** Bytes, plain or with a binary unit: {@code 64KiB}, {@code 8MiB}, {@code 1GiB}. */
  static Form<Long> size(String min, String max) {
    long least = parseSize(min).longValueExact();
    long most = parseSize(max).longValueExact();
    return scalar(
        "a size from " + min + " to " + max,
        () ->
            Schema.anyOf(
                List.of(
                    Schema.object().put("type", "integer").put("minimum", 0),
                    Schema.string().put("pattern", "^\\d{1,16}(KiB|MiB|GiB)?$"),
                    Schema.object().put("$ref", "#/$defs/reference"))),
        (text, at, in) -> {
          if (!SIZE.matcher(text).matches()) {
            throw new Wrong(
                "is not a size", "write bytes, or a whole number and a unit: 64KiB, 8MiB or 1GiB");
          }
          BigDecimal value = parseSize(text);
          if (value.compareTo(BigDecimal.valueOf(least)) < 0
              || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new Wrong(
                "is not within " + min + " to " + max, "write a size from " + min + " to " + max);
          }
          return value.longValueExact();
        });
  }

  private static BigDecimal parseSize(String text) {
    Matcher match = SIZE.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException(text);
    }
    long unit =
        switch (match.group(2)) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    return new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
  }

  /** One of a few words. */
  static <T> Form<T> choice(Map<String, T> choices) {
    String names = String.join(", ", choices.keySet());
    return scalar(
        "one of `" + String.join("`, `", choices.keySet()) + "`",
        () -> Schema.orReference(Schema.choice(choices.keySet())),
        (text, at, in) -> {
          T value = choices.get(text);
          if (value == null) {
            throw new Wrong(
                "is not one of " + names,
                Nearest.suggestion(text, choices.keySet(), "write one of " + names));
          }
          return value;
        });
  }

  /** A Region that is known, which is checked once {@code extra-regions} has been read. */
  static Form<String> region() {
    return scalar(
        "an AWS Region",
        () -> Schema.pattern("^[a-z0-9-]{1,63}$"),
        (text, at, in) -> {
          if (!Regions.SHAPE.matcher(text).matches()) {
            throw new Wrong(
                "cannot be a Region", "write a Region's name, such as eu-west-1: a-z, 0-9 and '-'");
          }
          in.later(
              () -> {
                if (!in.regions().knows(text)) {
                  in.problem(
                      at,
                      Reading.shown(at) + " is not a known Region",
                      Nearest.suggestion(
                          text,
                          in.regions().names(),
                          "correct it, or add a Region newer than this release to extra-regions"));
                }
              });
          return text;
        });
  }

  /** A path; a relative one counts from the configuration's folder. It need not exist. */
  static Form<Path> path() {
    return scalar(
        "a path", () -> Schema.string().put("minLength", 1), (text, at, in) -> in.resolve(text));
  }

  /** A value that no output may show. Plain text in the file is worth a warning. */
  static Form<Secret> secret(String words, String pattern, String rule) {
    return secret(words, pattern, rule, text -> false);
  }

  /**
   * As {@link #secret(String, String, String)}.
   *
   * @param harmless what may stand in the file, since it gives nothing away
   */
  static Form<Secret> secret(
      String words, String pattern, String rule, Predicate<String> harmless) {
    Pattern whole = Pattern.compile("\\A(?:" + pattern + ")\\z");
    return new Form<>() {
      @Override
      public @Nullable Secret read(Place at, Reading in) {
        Reading.Text text = in.text(at, words);
        if (text == null) {
          return null;
        }
        if (!whole.matcher(text.value()).matches()) {
          in.problem(at, "the secret is malformed (it is not shown here)", "use " + rule);
          return null;
        }
        if (harmless.test(text.value())) {
          return new Secret(text.value());
        }
        if (!text.referenced()) {
          in.warning(
              at,
              "a secret stands in plain text in the file",
              "put it into a file and write ${file:PATH}, or use ${env:NAME}");
        }
        if (text.worldReadable() != null) {
          in.warning(
              at,
              "every user of this machine can read " + text.worldReadable(),
              "take that right away: chmod o-r " + text.worldReadable());
        }
        return new Secret(text.value());
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        return Schema.string();
      }
    };
  }

  /** A value together with its place, for checks that look at several values. */
  record Located<T>(T value, Place at) {}

  static <T> Form<Located<T>> located(Form<T> form) {
    return new Form<>() {
      @Override
      public @Nullable Located<T> read(Place at, Reading in) {
        T value = form.read(at, in);
        return value == null ? null : new Located<>(value, at);
      }

      @Override
      public String words() {
        return form.words();
      }

      @Override
      public ObjectNode schema() {
        return form.schema();
      }
    };
  }

  /** A list; it may be empty unless {@code whenEmpty} says why not. */
  static <T> Form<List<T>> list(Form<T> form, String words, @Nullable Wrong whenEmpty) {
    return new Form<>() {
      @Override
      public @Nullable List<T> read(Place at, Reading in) {
        in.visit();
        if (Reading.isNull(at.node())) {
          in.problem(at, "the key has no value", "give it " + words + " or remove it");
          return null;
        }
        if (!(at.node() instanceof SequenceNode sequence)) {
          in.problem(
              at,
              "this is " + Reading.kind(at.node()) + ", not a list",
              "write " + words + ": [a, b], or lines that begin with '- '");
          return null;
        }
        if (sequence.getValue().isEmpty() && whenEmpty != null) {
          in.problem(at, "the list " + whenEmpty.says(), whenEmpty.mend());
          return null;
        }
        List<T> list = new ArrayList<>();
        int index = 0;
        boolean whole = true;
        for (Node node : sequence.getValue()) {
          T item = form.read(at.item(index++, node), in);
          if (item == null) {
            whole = false;
          } else {
            list.add(item);
          }
        }
        return whole ? List.copyOf(list) : null;
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        ObjectNode schema = Schema.object().put("type", "array");
        schema.set("items", form.schema());
        if (whenEmpty != null) {
          schema.put("minItems", 1);
        }
        return schema;
      }
    };
  }

  /** One value, or a list of at least one. */
  static <T> Form<List<T>> oneOrMore(Form<T> form, String words) {
    Form<List<T>> list = list(form, words, new Wrong("is empty", "give it at least one"));
    return new Form<>() {
      @Override
      public @Nullable List<T> read(Place at, Reading in) {
        if (at.node() instanceof SequenceNode) {
          return list.read(at, in);
        }
        T one = form.read(at, in);
        return one == null ? null : List.of(one);
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        return Schema.anyOf(List.of(form.schema(), list.schema()));
      }
    };
  }

  /** A mapping whose keys are texts of the world outside. Entries that are wrong are left out. */
  static <T> Form<Map<String, T>> map(String key, String pattern, Form<T> form, String value) {
    Pattern whole = Pattern.compile("\\A(?:" + pattern + ")\\z");
    String words = "a mapping from " + key + " to " + value;
    return new Form<>() {
      @Override
      public @Nullable Map<String, T> read(Place at, Reading in) {
        Map<String, Place> entries = Section.entries(at, in, words);
        if (entries == null) {
          return null;
        }
        Map<String, T> map = new LinkedHashMap<>();
        entries.forEach(
            (name, place) -> {
              if (!whole.matcher(name).matches()) {
                in.problem(place, "'" + name + "' is not " + key, "write " + words);
                return;
              }
              T read = form.read(place, in);
              if (read != null) {
                map.put(name, read);
              }
            });
        return map;
      }

      @Override
      public String words() {
        return words;
      }

      @Override
      public ObjectNode schema() {
        ObjectNode schema = Schema.object().put("type", "object");
        schema.set("additionalProperties", form.schema());
        return schema;
      }
    };
  }

  /** A mapping from names that the operator chooses. Entries that are wrong are left out. */
  static <T> Form<Map<String, T>> named(String what, Form<T> form) {
    return new Form<>() {
      @Override
      public @Nullable Map<String, T> read(Place at, Reading in) {
        Map<String, Place> entries =
            Section.entries(at, in, "a mapping from the name of each " + what);
        if (entries == null) {
          return null;
        }
        Map<String, T> map = new LinkedHashMap<>();
        entries.forEach(
            (name, place) -> {
              if (!NAME.matcher(name).matches()) {
                in.problem(
                    place,
                    "'" + name + "' cannot be the name of " + article(what),
                    "use lower-case letters, digits and '-', at most 63, no '-' in front");
              }
              T value = form.read(place, in);
              if (value != null) {
                map.put(name, value);
              }
            });
        return map;
      }

      @Override
      public String words() {
        return "a mapping from the name of each " + what;
      }

      @Override
      public ObjectNode schema() {
        ObjectNode schema = Schema.object().put("type", "object");
        schema.putObject("propertyNames").put("pattern", "^" + NAME.pattern() + "$");
        schema.set("additionalProperties", form.schema());
        return schema;
      }
    };
  }

  private static String article(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
  }
}
