package io.countersign.catalog;

import io.countersign.catalog.Operation.Binding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The packed file's form: tab-separated lines, S for a service and O for its operations. */
final class CatalogFile {
  private static final String RESOURCE = "catalog.tsv";

  private CatalogFile() {}

  static String read() {
    try (InputStream in = CatalogFile.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + RESOURCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the catalog cannot be read from the class path", e);
    }
  }

  /** Cuts the text into services; a service's operations stay text. */
  static List<Service> services(String text) {
    List<Service> result = new ArrayList<>();
    int at = text.startsWith("S\t") ? 0 : next(text, 0);
    while (at < text.length()) {
      int end = next(text, at);
      int line = text.indexOf('\n', at);
      int headerEnd = line < 0 ? end : line;
      String[] header = text.substring(at, headerEnd).split("\t", -1);
      result.add(new Service(header, text.substring(Math.min(headerEnd + 1, end), end)));
      at = end;
    }
    return result;
  }

  private static int next(String text, int from) {
    int found = text.indexOf("\nS\t", from);
    return found < 0 ? text.length() : found + 1;
  }

  static Operation operation(Service service, String line) {
    String[] column = line.split("\t", -1);
    if (column.length != 11 || !column[0].equals("O")) {
      throw new IllegalStateException(
          "the catalog has under " + service.id() + " a line that is no operation: " + line);
    }
    String flags = column[5];
    boolean mapped = flags.indexOf('u') < 0;
    return new Operation(
        service.id(),
        column[1],
        AccessLevel.ofLetter(column[4]),
        mapped,
        flags.indexOf('i') >= 0,
        flags.indexOf('c') >= 0,
        flags.indexOf('r') >= 0,
        flags.indexOf('d') >= 0,
        column[2],
        column[3],
        AuthType.ofId(column[6]),
        column[7],
        iamActions(service, column[1], mapped, column[8]),
        words(column[9]).map(CatalogFile::binding).toList(),
        members(column[10]));
  }

  private static List<String> iamActions(
      Service service, String name, boolean mapped, String column) {
    if (!mapped) {
      return List.of();
    }
    return column.isEmpty()
        ? List.of(service.iamPrefix() + ":" + name)
        : List.of(column.split(" ", -1));
  }

  private static Binding binding(String text) {
    boolean required = text.endsWith("!");
    String name = required ? text.substring(0, text.length() - 1) : text;
    return name.startsWith("?")
        ? new Binding(Binding.Place.QUERY, name.substring(1), required)
        : new Binding(Binding.Place.HEADER, name, required);
  }

  private static @Nullable List<Member> members(String column) {
    return column.equals("=") ? null : words(column).map(Member::parse).toList();
  }

  private static Stream<String> words(String column) {
    return column.isEmpty() ? Stream.empty() : Stream.of(column.split(" ", -1));
  }
}
