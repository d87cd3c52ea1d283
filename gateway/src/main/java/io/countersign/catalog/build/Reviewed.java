package io.countersign.catalog.build;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.ResourceTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people have reviewed, because neither the models nor the Service Authorization Reference say
 * it. Each table is a file of tab-separated lines beside this class, and each line has its source
 * or its reason last.
 */
final class Reviewed {
  static final List<String> TABLES =
      List.of(
          "services",
          "prefixes",
          "actions",
          "levels",
          "credentials",
          "roles",
          "idempotent",
          "resources");

  private final Map<String, Map<String, String[]>> tables = new HashMap<>();
  private final String sha256;
  private final Set<String> used = new HashSet<>();

  private Reviewed(String sha256) {
    this.sha256 = sha256;
  }

  static Reviewed load() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
    Map<String, String> texts = new HashMap<>();
    for (String table : TABLES) {
      String text = text(table + ".tsv");
      texts.put(table, text);
      digest.update((table + "\0" + text).getBytes(StandardCharsets.UTF_8));
    }
    Reviewed reviewed = new Reviewed(HexFormat.of().formatHex(digest.digest()));
    texts.forEach(reviewed::read);
    return reviewed;
  }

  private static String text(String name) {
    try (InputStream in = Reviewed.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  /** A line's key is its service, with the operation where the table has operations. */
  private void read(String table, String text) {
    Map<String, String[]> rows = new HashMap<>();
    boolean ofServices = table.equals("services") || table.equals("prefixes");
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] columns = line.split("\t", -1);
        if (columns.length < (ofServices ? 2 : 3)) {
          throw new IllegalStateException(table + ".tsv has too few columns in: " + line);
        }
        String key = ofServices ? columns[0] : columns[0] + ":" + columns[1];
        if (rows.put(key, columns) != null) {
          throw new IllegalStateException(table + ".tsv has " + key + " twice");
        }
      }
    }
    tables.put(table, rows);
  }

  /** Over all tables. */
  String sha256() {
    return sha256;
  }

  /** Whether the service is one of those of which every operation is reviewed. */
  boolean isReviewed(String service) {
    return row("services", service) != null;
  }

  /** The prefix of its IAM actions where it is not the signing name; null where it is. */
  @Nullable String prefix(String service) {
    String[] row = row("prefixes", service);
    return row == null ? null : row[1];
  }

  /** The IAM actions; null where nobody has reviewed them, empty where there are none. */
  @Nullable List<String> actions(String service, String operation, String method) {
    String[] row = row("actions", service + ":" + operation);
    if (row == null) {
      row = row("actions", service + ":*");
    }
    if (row == null) {
      return null;
    }
    return row[2].equals("-")
        ? List.of()
        : List.of(row[2].replace("{method}", method).split(",", -1));
  }

  /** A level that is not that of the action; null where it is. */
  @Nullable AccessLevel level(String service, String operation) {
    String[] row = row("levels", service + ":" + operation);
    return row == null ? null : AccessLevel.valueOf(row[2]);
  }

  /** What people say against the rule; null where they say nothing. */
  @Nullable Boolean answersCredential(String service, String operation) {
    return yesOrNo("credentials", service, operation);
  }

  /** What people say against the rule; null where they say nothing. */
  @Nullable Boolean passesRole(String service, String operation) {
    return yesOrNo("roles", service, operation);
  }

  boolean isIdempotent(String service, String operation) {
    return row("idempotent", service + ":" + operation) != null;
  }

  /** The resources that the input names; null where the rule says them. */
  @Nullable List<ResourceTemplate> resources(String service, String operation) {
    String[] row = row("resources", service + ":" + operation);
    if (row == null) {
      return null;
    }
    List<ResourceTemplate> templates = new ArrayList<>();
    for (String pair : row[2].equals("-") ? new String[0] : row[2].split(" ", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalStateException("resources.tsv has no type=ARN in: " + pair);
      }
      templates.add(new ResourceTemplate(pair.substring(0, equals), pair.substring(equals + 1)));
    }
    return List.copyOf(templates);
  }

  private @Nullable Boolean yesOrNo(String table, String service, String operation) {
    String[] row = row(table, service + ":" + operation);
    if (row == null) {
      row = row(table, service + ":*");
    }
    if (row == null) {
      return null;
    }
    return switch (row[2]) {
      case "yes" -> true;
      case "no" -> false;
      default ->
          throw new IllegalStateException(table + ".tsv says neither yes nor no of " + row[1]);
    };
  }

  private String @Nullable [] row(String table, String key) {
    String[] row = tables.getOrDefault(table, Map.of()).get(key);
    if (row != null) {
      used.add(table + ".tsv: " + key);
    }
    return row;
  }

  /** Lines that no question has reached: a typing error, or of an operation that has gone. */
  List<String> unused() {
    return tables.entrySet().stream()
        .flatMap(t -> t.getValue().keySet().stream().map(key -> t.getKey() + ".tsv: " + key))
        .filter(key -> !used.contains(key))
        .sorted()
        .toList();
  }
}
