package io.countersign.catalog.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** AWS's partitions. Immutable. */
public final class Partitions {
  private final List<Partition> all;
  private final Map<String, Map<String, Object>> attributes = new LinkedHashMap<>();

  private Partitions(List<Partition> all) {
    this.all = List.copyOf(all);
    all.forEach(p -> attributes.put(p.id(), p.attributes()));
  }

  /**
   * Reads {@code partitions.json}, as AWS's SDKs have it.
   *
   * @throws RuleSetException if it is not such a file
   */
  public static Partitions parse(String json) {
    List<Partition> partitions = new ArrayList<>();
    try {
      for (JsonNode node : new ObjectMapper().readTree(json).path("partitions")) {
        JsonNode outputs = node.path("outputs");
        Set<String> regions = new HashSet<>();
        node.path("regions").fieldNames().forEachRemaining(regions::add);
        partitions.add(
            new Partition(
                text(node, "id"),
                Pattern.compile(text(node, "regionRegex")),
                regions,
                text(outputs, "dnsSuffix"),
                text(outputs, "dualStackDnsSuffix"),
                text(outputs, "implicitGlobalRegion"),
                outputs.path("supportsFIPS").asBoolean(),
                outputs.path("supportsDualStack").asBoolean()));
      }
    } catch (JsonProcessingException e) {
      throw new RuleSetException("the partitions are not JSON: " + e.getOriginalMessage());
    } catch (PatternSyntaxException e) {
      throw new RuleSetException("a partition's regionRegex is none: " + e.getDescription());
    }
    if (partitions.isEmpty()) {
      throw new RuleSetException("there are no partitions");
    }
    return new Partitions(partitions);
  }

  private static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw new RuleSetException("a partition has no '" + key + "'");
    }
    return value.textValue();
  }

  /** In the order of the file, {@code aws} first. */
  public List<Partition> all() {
    return all;
  }

  /**
   * The partition of a Region: the one that knows it, else the one whose Regions look like it, else
   * the first ("Rules engine standard library", Smithy 2.0, {@code aws.partition}).
   */
  public Partition of(String region) {
    for (Partition partition : all) {
      if (partition.regions().contains(region)) {
        return partition;
      }
    }
    for (Partition partition : all) {
      if (partition.regionForm().matcher(region).matches()) {
        return partition;
      }
    }
    return all.getFirst();
  }

  /** As the rules see it. */
  Map<String, Object> attributesOf(String region) {
    return attributes.getOrDefault(of(region).id(), Map.of());
  }

  @Override
  public String toString() {
    return all.stream().map(Partition::id).toList().toString();
  }
}
