package io.countersign.door;

import io.countersign.policy.NamePattern;
import io.countersign.protocol.Schemas;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the method, the path and the query string of a request ask the tool door for. */
public sealed interface ToolRequest {
  /** {@code GET /v1/connectors} */
  record List() implements ToolRequest {}

  /**
   * {@code GET /v1/connectors/{connector}}
   *
   * @param operations which of them, by a pattern
   * @param form null where none was asked for
   */
  record Show(String connector, NamePattern operations, Schemas.@Nullable Form form)
      implements ToolRequest {}

  /**
   * {@code GET /openapi.json}
   *
   * @param connectors which of them, by a pattern
   * @param operations which of theirs, by a pattern
   */
  record OpenApi(NamePattern connectors, NamePattern operations, Schemas.Form form)
      implements ToolRequest {}

  /**
   * {@code POST /v1/connectors/{connector}/{operation}}
   *
   * @param query the query string's parameters
   */
  record Call(String connector, String operation, Map<String, String> query)
      implements ToolRequest {}

  /** {@code GET /v1/connectors/{connector}/query/{statement}} */
  record Resume(String connector, String statement, Map<String, String> options)
      implements ToolRequest {}

  /** {@code GET /v1/credentials} and {@code /v1/credentials/{connector}} */
  record Credentials(@Nullable String connector) implements ToolRequest {}

  /** Reads them. */
  static ToolRequest of(Head head) throws Refused {
    String[] parts = head.path().split("/", -1); // the first is empty, before the leading slash
    boolean get = head.method().equals("GET");
    if (parts.length == 2 && parts[1].equals("openapi.json")) {
      requireGet(get, head);
      return openApi(options(head.query()));
    }
    if (parts.length >= 3 && parts[1].equals("v1")) {
      for (int i = 3; i < parts.length; i++) {
        parts[i] = decode(parts[i].replace("+", "%2B"));
      }
      if (parts[2].equals("credentials") && parts.length <= 4) {
        requireGet(get, head);
        return new Credentials(parts.length == 4 ? parts[3] : null);
      }
      if (parts[2].equals("connectors")) {
        switch (parts.length) {
          case 3 -> {
            requireGet(get, head);
            return new List();
          }
          case 4 -> {
            requireGet(get, head);
            return show(parts[3], options(head.query()));
          }
          case 5 -> {
            if (!head.method().equals("POST")) {
              throw method(head, "POST");
            }
            return new Call(parts[3], parts[4], options(head.query()));
          }
          case 6 -> {
            if (parts[4].equals(ToolDoor.QUERY)) {
              requireGet(get, head);
              return new Resume(parts[3], parts[5], options(head.query()));
            }
          }
          default -> {}
        }
      }
    }
    throw new Refused(
        new Refusal(
            Refusal.Kind.NOT_FOUND,
            "unknown-path",
            "there is nothing at " + head.path(),
            "GET /v1/connectors lists what you may use; a request for AWS itself must be signed"
                + " with the credentials of /v1/credentials"));
  }

  private static Show show(String connector, Map<String, String> options) throws Refused {
    for (String option : options.keySet()) {
      if (!option.equals("operation") && !option.equals("schema")) {
        throw badOption("'" + option + "' is no parameter of this list", "");
      }
    }
    return new Show(
        connector,
        new NamePattern(options.getOrDefault("operation", "*")),
        options.containsKey("schema") ? form(options, Schemas.Form.COMPACT, "") : null);
  }

  private static OpenApi openApi(Map<String, String> options) throws Refused {
    String more = "connector (a name, or a pattern), ";
    for (String option : options.keySet()) {
      if (!option.equals("connector") && !option.equals("operation") && !option.equals("schema")) {
        throw badOption("'" + option + "' is no parameter of this document", more);
      }
    }
    return new OpenApi(
        new NamePattern(options.getOrDefault("connector", "*")),
        new NamePattern(options.getOrDefault("operation", "*")),
        form(options, Schemas.Form.FULL, more));
  }

  private static Schemas.Form form(Map<String, String> options, Schemas.Form otherwise, String more)
      throws Refused {
    String form = options.get("schema");
    if (form == null) {
      return otherwise;
    }
    return switch (form) {
      case "compact" -> Schemas.Form.COMPACT;
      case "full" -> Schemas.Form.FULL;
      default ->
          throw badOption("schema is '" + form + "', which is neither compact nor full", more);
    };
  }

  private static Refused badOption(String detail, String more) {
    return new Refused(
        new Refusal(
            Refusal.Kind.MALFORMED,
            "bad-parameter",
            detail,
            "the parameters are "
                + more
                + "operation (a name, or a pattern such as Get*) and schema (compact or full)"));
  }

  private static void requireGet(boolean get, Head head) throws Refused {
    if (!get) {
      throw method(head, "GET");
    }
  }

  private static Refused method(Head head, String wanted) {
    return new Refused(
        new Refusal(
            Refusal.Kind.METHOD,
            "wrong-method",
            head.method() + " is not for " + head.path(),
            "use " + wanted));
  }

  /** The parameters, as forms write them: a plus is a space. */
  private static Map<String, String> options(String query) throws Refused {
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String earlier =
            options.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        if (earlier != null) {
          throw new Refused(
              new Refusal(
                  Refusal.Kind.MALFORMED,
                  "repeated-parameter",
                  "the query names '" + decode(name) + "' twice",
                  "name it once"));
        }
      }
    }
    return options;
  }

  private static String decode(String text) throws Refused {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-escape",
              "'" + text + "' has a % that two hexadecimal digits do not follow",
              "percent-encode it"));
    }
  }
}
