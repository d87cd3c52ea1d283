package io.countersign.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a call names, for policy and audit. What an operation acts on beyond that
 * (what a statement names in its text, what a stack makes) is not in its input, and not here.
 */
public final class Resources {
  /** More than any operation takes in one list; the rest is left out, and the last says so. */
  public static final int MOST = 1_000;

  /** Stands for what the input leaves open. */
  private static final String ANY = "*";

  /** Where S3 copies from, percent-encoded in a header. */
  private static final String COPY_SOURCE = "CopySource";

  private static final Pattern QUEUE_URL =
      Pattern.compile("https?://[^/?#]+/([0-9]{12})/([^/?#]+)");

  private Resources() {}

  /**
   * A resource.
   *
   * @param type as the Service Authorization Reference names it
   * @param arn its ARN; with {@code *} for parts that the call does not say
   */
  public record Resource(String type, String arn) {}

  /**
   * Where a call goes.
   *
   * @param account twelve digits, or {@code *} where it is not known
   */
  public record Place(String partition, String region, String account) {}

  /**
   * The resources that an input names, in the order of the catalog, each once. At most {@link
   * #MOST}.
   *
   * @param input of the operation, as JSON; members that it lacks are passed over
   */
  public static List<Resource> of(Operation operation, JsonNode input, Place place) {
    return of(operation, place, path -> values(input, path));
  }

  /**
   * The resources that a request's path and query name, where the body is not at hand. What only
   * the body names is not among them.
   *
   * @param labels the members that are bound to the path or the query, by their names
   */
  public static List<Resource> of(Operation operation, Map<String, String> labels, Place place) {
    return of(
        operation,
        place,
        path -> {
          String value = labels.get(path);
          return value == null ? List.of() : List.of(value);
        });
  }

  private interface Values {
    List<String> of(String path);
  }

  private static List<Resource> of(Operation operation, Place place, Values values) {
    if (operation.resources().isEmpty()) {
      return List.of();
    }
    Set<Resource> found = new LinkedHashSet<>();
    for (ResourceTemplate template : operation.resources()) {
      expand(template, place, values, found);
    }
    return List.copyOf(found);
  }

  private static void expand(
      ResourceTemplate template, Place place, Values values, Set<Resource> found) {
    List<String> paths = template.paths();
    String many = null;
    for (String path : paths) {
      if (path.endsWith("[]") || path.contains("[].") || path.endsWith("{}")) {
        many = path;
      }
    }
    String leaf = paths.isEmpty() ? null : paths.getLast();
    if (leaf == null) {
      return;
    }
    List<String> each = values.of(many == null ? leaf : many);
    for (String value : each) {
      if (found.size() >= MOST) {
        return;
      }
      String arn = arn(template, place, values, many == null ? leaf : many, value);
      if (arn != null) {
        found.add(new Resource(template.type(), arn));
      }
    }
  }

  private static @Nullable String arn(
      ResourceTemplate template, Place place, Values values, String path, String value) {
    if (value.isEmpty()) {
      return null;
    }
    // Where a name may stand an ARN may stand as well, and is the resource itself.
    if (value.startsWith("arn:")) {
      return value;
    }
    if (path.equals(COPY_SOURCE)) {
      return "arn:" + place.partition() + ":s3:::" + copied(value);
    }
    Matcher url = QUEUE_URL.matcher(value);
    boolean isUrl = url.matches();
    String account = isUrl ? url.group(1) : place.account();
    StringBuilder arn = new StringBuilder();
    for (String part : template.parts()) {
      if (!part.startsWith("{")) {
        arn.append(part);
        continue;
      }
      String name = part.substring(1, part.length() - 1);
      arn.append(
          switch (name) {
            case "Partition" -> place.partition();
            case "Region" -> place.region();
            case "Account" -> account;
            default -> {
              if (name.equals(path)) {
                yield isUrl ? url.group(2) : value;
              }
              List<String> others = values.of(name);
              String other = others.size() == 1 ? others.getFirst() : ANY;
              if (other.startsWith("arn:")) {
                // An access point in the place of a bucket: what stood before it is not its ARN.
                arn.setLength(0);
                yield other.contains(":accesspoint/") ? other + "/object" : other;
              }
              yield other;
            }
          });
    }
    return arn.toString();
  }

  /** A bucket and a key of the header, which may begin with a slash and end with a version. */
  private static String copied(String source) {
    int version = source.indexOf("?versionId=");
    String named = version < 0 ? source : source.substring(0, version);
    String raw = named.startsWith("/") ? named.substring(1) : named;
    String decoded = QueryParams.decode(raw, false);
    return decoded == null ? raw : decoded;
  }

  /**
   * The values at a path as text; an object's keys where it ends in braces.
   *
   * @param path as {@link ResourceTemplate} has it
   */
  public static List<String> values(JsonNode root, String path) {
    List<JsonNode> at = List.of(root);
    boolean keys = path.endsWith("{}");
    String bare = keys ? path.substring(0, path.length() - 2) : path;
    for (String step : bare.split("\\.", -1)) {
      boolean list = step.endsWith("[]");
      String name = list ? step.substring(0, step.length() - 2) : step;
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : at) {
        JsonNode value = node.path(name);
        if (list) {
          for (JsonNode element : value) {
            if (next.size() < MOST) {
              next.add(element);
            }
          }
        } else if (!value.isMissingNode()) {
          next.add(value);
        }
      }
      at = next;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode node : at) {
      if (keys) {
        node.fieldNames().forEachRemaining(values::add);
      } else if (node.isValueNode() && !node.isNull()) {
        values.add(node.asText());
      }
    }
    return values;
  }
}
