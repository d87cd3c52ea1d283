package io.countersign.catalog.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ModelException;
import io.countersign.catalog.ModelReader;
import io.countersign.catalog.Paginator;
import io.countersign.catalog.ServiceModel;
import io.countersign.catalog.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Service models in botocore's layout: {@code SERVICE/VERSION/service-2.json}, plain or with {@code
 * .gz}, and beside it paginators, waiters, an endpoint rule set and {@code sdk-extras}. Of a
 * service with several versions the newest counts.
 */
final class ModelFolder {
  private final SourceFiles files;
  private final Map<String, String> newest = new TreeMap<>();

  ModelFolder(SourceFiles files) throws SourceException {
    this.files = files;
    for (String service : files.names("")) {
      if (files.hasFolder(service)) {
        for (String version : files.names(service)) {
          String folder = service + "/" + version + "/";
          if (files.has(folder + "service-2.json") || files.has(folder + "service-2.json.gz")) {
            newest.put(service, folder);
          }
        }
      }
    }
    if (newest.isEmpty()) {
      throw new SourceException(
          files.root()
              + " has no SERVICE/VERSION/service-2.json, plain or with .gz: is it the folder"
              + " botocore/data?");
    }
  }

  /** A service's files, read. */
  record Parts(
      ServiceModel model, List<Paginator> paginators, List<Waiter> waiters, String endpointRules) {}

  /** The services' ids, sorted. */
  Iterable<String> services() {
    return newest.keySet();
  }

  Parts read(String service) throws SourceException {
    String folder = newest.get(service);
    if (folder == null) {
      throw new SourceException(files.root() + " has no model of " + service);
    }
    ObjectNode model = whole(folder, "service-2");
    try {
      return new Parts(
          ModelReader.read(model),
          paginators(whole(folder, "paginators-1"), folder),
          waiters(whole(folder, "waiters-2"), folder),
          files.json(folder + "endpoint-rule-set-1.json").map(JsonNode::toString).orElse(""));
    } catch (ModelException e) {
      throw new SourceException(
          files.root().resolve(folder).resolve("service-2.json") + ": " + e.getMessage());
    }
  }

  /** The list of partitions; {@code {}} where the folder has none. */
  String partitions() throws SourceException {
    return files.json("partitions.json").map(JsonNode::toString).orElse("{}");
  }

  /** A file with its extras; an empty object where there is none. */
  private ObjectNode whole(String folder, String name) throws SourceException {
    Optional<JsonNode> found = files.json(folder + name + ".json");
    Optional<JsonNode> extras = files.json(folder + name + ".sdk-extras.json");
    JsonNode whole = found.orElse(JsonNodeFactory.instance.objectNode());
    if (!(whole instanceof ObjectNode object)) {
      throw wrong(folder, name, "is no object");
    }
    extras.ifPresent(e -> SourceFiles.merge(object, e.path("merge")));
    return object;
  }

  private List<Paginator> paginators(JsonNode root, String folder) throws SourceException {
    List<Paginator> list = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : sorted(root.path("pagination")).entrySet()) {
      JsonNode p = entry.getValue();
      list.add(
          new Paginator(
              entry.getKey(),
              texts(p.path("input_token")),
              texts(p.path("output_token")),
              p.path("limit_key").textValue(),
              texts(p.path("result_key")),
              p.path("more_results").textValue(),
              texts(p.path("non_aggregate_keys"))));
      if (list.getLast().inputTokens().size() != list.getLast().outputTokens().size()) {
        throw wrong(
            folder, "paginators-1", "/pagination/" + entry.getKey() + " has unequal tokens");
      }
    }
    return list;
  }

  private List<Waiter> waiters(JsonNode root, String folder) throws SourceException {
    List<Waiter> list = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : sorted(root.path("waiters")).entrySet()) {
      JsonNode w = entry.getValue();
      List<Waiter.Acceptor> acceptors = new ArrayList<>();
      for (JsonNode a : w.path("acceptors")) {
        acceptors.add(
            new Waiter.Acceptor(
                a.path("state").asText(""),
                a.path("matcher").asText(""),
                a.path("argument").asText(""),
                a.path("expected").toString()));
      }
      int delay = w.path("delay").asInt(-1);
      int attempts = w.path("maxAttempts").asInt(-1);
      if (delay < 0 || attempts < 1) {
        throw wrong(folder, "waiters-2", "/waiters/" + entry.getKey() + " has no pace");
      }
      list.add(
          new Waiter(entry.getKey(), w.path("operation").asText(""), delay, attempts, acceptors));
    }
    return list;
  }

  private static Map<String, JsonNode> sorted(JsonNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** One string, or a list of them. */
  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    String one = node.textValue();
    if (one != null) {
      texts.add(one);
    }
    node.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private SourceException wrong(String folder, @Nullable String name, String message) {
    return new SourceException(
        files.root().resolve(folder).resolve(name + ".json") + " " + message);
  }
}
