package io.countersign.catalog;

import io.countersign.catalog.Operation.Binding;
import io.countersign.catalog.QueryParams.Param;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An operation's URI template, taken apart. */
record Route(
    Operation operation, String path, List<Param> literals, Set<String> known, int weight) {

  static Route of(Operation operation) {
    int question = operation.uri().indexOf('?');
    String path = question < 0 ? operation.uri() : operation.uri().substring(0, question);
    QueryParams query =
        QueryParams.parse(question < 0 ? "" : operation.uri().substring(question + 1));
    if (query == null) {
      throw new IllegalStateException("the catalog has a broken URI for " + operation.id());
    }
    Set<String> known = new HashSet<>();
    query.list().forEach(param -> known.add(param.name()));
    for (Binding binding : operation.bindings()) {
      if (binding.place() == Binding.Place.QUERY) {
        known.add(binding.name());
      }
    }
    return new Route(
        operation,
        path,
        List.copyOf(query.list()),
        Set.copyOf(known),
        weight(operation, query.list().size()));
  }

  /** Whether the template's query literals are all there. */
  boolean literalsIn(QueryParams query) {
    for (Param literal : literals) {
      if (!(literal.value().isEmpty()
          ? query.has(literal.name())
          : query.has(literal.name(), literal.value()))) {
        return false;
      }
    }
    return true;
  }

  /** Whether every query parameter and header that the model requires is there. */
  boolean requiredIn(QueryParams query, Headers headers) {
    for (Binding binding : operation.bindings()) {
      if (binding.required() && !isIn(binding, query, headers)) {
        return false;
      }
    }
    return true;
  }

  /** A presigned URL may carry a header as a query parameter. */
  private static boolean isIn(Binding binding, QueryParams query, Headers headers) {
    return switch (binding.place()) {
      case QUERY -> query.has(binding.name());
      case HEADER -> headers.value(binding.name()) != null || query.hasIgnoreCase(binding.name());
    };
  }

  /** Whether the model knows every query parameter, {@code x-…} aside. */
  boolean knowsAll(QueryParams query) {
    for (Param param : query.list()) {
      if (!known.contains(param.name()) && !QueryParams.isExtension(param.name())) {
        return false;
      }
    }
    return true;
  }

  /** Literals count before required bindings, and a deprecated name of the same thing last. */
  private static int weight(Operation operation, int literals) {
    int weight = 1_000 * literals;
    for (Binding binding : operation.bindings()) {
      weight += binding.required() ? 2 : 0;
    }
    return operation.deprecated() ? weight : weight + 1;
  }

  static List<Route> all(Iterable<Operation> operations) {
    List<Route> routes = new ArrayList<>();
    operations.forEach(operation -> routes.add(of(operation)));
    return routes;
  }
}
