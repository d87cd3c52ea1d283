package io.countersign.catalog;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routing by method and URI template for services other than S3: a tree of path segments, whose
 * depth and not its size is the work. A literal goes before a label, and a label before a greedy
 * one (Smithy 2.0, HTTP bindings); of templates with a greedy label, one that goes on after it goes
 * first. A trailing slash does not count.
 */
final class RestRoutes implements Routes {
  private static final int MOST_SEGMENTS = 200;
  private static final Route[] NONE = {};

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node label;
    @Nullable Node greedy;
    Route[] end = NONE;
  }

  private final Map<String, Node> byMethod = new HashMap<>();

  RestRoutes(Collection<Operation> operations) {
    Route.all(operations).forEach(this::add);
  }

  private void add(Route route) {
    Node node = byMethod.computeIfAbsent(route.operation().httpMethod(), method -> new Node());
    String[] segments = segments(route.path());
    for (String segment : segments == null ? new String[0] : segments) {
      node = child(node, segment);
    }
    Route[] more = new Route[node.end.length + 1];
    System.arraycopy(node.end, 0, more, 0, node.end.length);
    more[node.end.length] = route;
    node.end = more;
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
    String[] path = root == null ? null : decoded(rawPath);
    return root == null || path == null ? null : find(root, path, 0, query, headers);
  }

  private static @Nullable Operation find(
      Node node, String[] path, int at, QueryParams query, Headers headers) {
    if (at == path.length) {
      return end(node, query, headers);
    }
    Node literal = node.literals.get(path[at]);
    Operation found = literal == null ? null : find(literal, path, at + 1, query, headers);
    if (found == null && node.label != null) {
      found = find(node.label, path, at + 1, query, headers);
    }
    Node greedy = node.greedy;
    if (found == null && greedy != null) {
      for (int end = path.length - 1; end > at && found == null && goesOn(greedy); end--) {
        found = find(greedy, path, end, query, headers);
      }
      found = found == null ? end(greedy, query, headers) : found;
    }
    return found;
  }

  private static boolean goesOn(Node node) {
    return !node.literals.isEmpty() || node.label != null || node.greedy != null;
  }

  /** A request that lacks what the model requires is still that operation, and AWS says so. */
  private static @Nullable Operation end(Node node, QueryParams query, Headers headers) {
    Route best = null;
    boolean bestIsWhole = false;
    for (Route route : node.end) {
      if (route.literalsIn(query)) {
        boolean whole = node.end.length == 1 || route.requiredIn(query, headers);
        if (best == null
            || (whole && !bestIsWhole)
            || (whole == bestIsWhole && route.weight() > best.weight())) {
          best = route;
          bestIsWhole = whole;
        }
      }
    }
    return best == null ? null : best.operation();
  }

  /** Null for too many. */
  private static String @Nullable [] segments(String path) {
    int end = path.endsWith("/") ? path.length() - 1 : path.length();
    if (end < 1) {
      return new String[0];
    }
    int count = 1;
    for (int i = 1; i < end; i++) {
      count += path.charAt(i) == '/' ? 1 : 0;
    }
    if (count > MOST_SEGMENTS) {
      return null;
    }
    String[] segments = new String[count];
    int start = 1;
    for (int i = 0; i < count; i++) {
      int slash = path.indexOf('/', start);
      int stop = slash < 0 || slash > end ? end : slash;
      segments[i] = path.substring(start, stop);
      start = stop + 1;
    }
    return segments;
  }

  /** The decoded segments; null for what a server on the way could read in another way. */
  private static String @Nullable [] decoded(String rawPath) {
    String[] segments = rawPath.startsWith("/") ? segments(rawPath) : null;
    if (segments == null) {
      return null;
    }
    for (int i = 0; i < segments.length; i++) {
      String text = QueryParams.decode(segments[i], false);
      if (text == null || text.isEmpty() || text.equals(".") || text.equals("..")) {
        return null;
      }
      segments[i] = text;
    }
    return segments;
  }
}
