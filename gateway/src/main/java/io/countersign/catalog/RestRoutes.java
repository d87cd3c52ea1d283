package io.countersign.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routing by method and URI template for services other than S3: a tree of path segments in which a
 * literal goes before a label and a label before a greedy one (Smithy 2.0, HTTP bindings). A
 * trailing slash does not count.
 */
final class RestRoutes implements Routes {
  private static final int MOST_SEGMENTS = 200;

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node label;
    @Nullable Node greedy;
    final List<Route> end = new ArrayList<>();
  }

  private final Map<String, Node> byMethod = new HashMap<>();

  RestRoutes(Collection<Operation> operations) {
    Route.all(operations).forEach(this::add);
  }

  private void add(Route route) {
    Node node = byMethod.computeIfAbsent(route.operation().httpMethod(), method -> new Node());
    for (String segment : segments(route.path())) {
      node = child(node, segment);
    }
    node.end.add(route);
  }

  private static Node child(Node node, String segment) {
    if (segment.startsWith("{") && segment.endsWith("+}")) {
      Node greedy = node.greedy == null ? new Node() : node.greedy;
      node.greedy = greedy;
      return greedy;
    }
    if (segment.startsWith("{") && segment.endsWith("}")) {
      Node label = node.label == null ? new Node() : node.label;
      node.label = label;
      return label;
    }
    return node.literals.computeIfAbsent(segment, name -> new Node());
  }

  @Override
  public @Nullable Operation match(
      String method, String rawPath, QueryParams query, Headers headers) {
    Node root = byMethod.get(method);
    List<String> path = root == null ? null : decoded(rawPath);
    return root == null || path == null ? null : find(root, path, 0, query, headers);
  }

  private static @Nullable Operation find(
      Node node, List<String> path, int at, QueryParams query, Headers headers) {
    if (at == path.size()) {
      List<Route> fitting = node.end.stream().filter(route -> route.literalsIn(query)).toList();
      List<Route> whole =
          fitting.stream().filter(route -> route.requiredIn(query, headers)).toList();
      // A request that lacks what the model requires is still that operation, and AWS says so.
      return Route.heaviest(whole.isEmpty() ? fitting : whole);
    }
    Node literal = node.literals.get(path.get(at));
    Operation found = literal == null ? null : find(literal, path, at + 1, query, headers);
    if (found == null && node.label != null) {
      found = find(node.label, path, at + 1, query, headers);
    }
    if (found == null && node.greedy != null) {
      for (int end = path.size(); end > at && found == null; end--) {
        found = find(node.greedy, path, end, query, headers);
      }
    }
    return found;
  }

  private static List<String> segments(String path) {
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    return end < 1 ? List.of() : List.of(path.substring(1, end).split("/", -1));
  }

  /** The decoded segments; null for what a server on the way could read in another way. */
  private static @Nullable List<String> decoded(String rawPath) {
    if (!rawPath.startsWith("/")) {
      return null;
    }
    List<String> raw = segments(rawPath);
    if (raw.size() > MOST_SEGMENTS) {
      return null;
    }
    List<String> result = new ArrayList<>(raw.size());
    for (String segment : raw) {
      String text = QueryParams.decode(segment, false);
      if (text == null || text.isEmpty() || text.equals(".") || text.equals("..")) {
        return null;
      }
      result.add(text);
    }
    return result;
  }
}
