package io.countersign.catalog.endpoint;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A partition of AWS, as {@code partitions.json} has it.
 *
 * @param id such as {@code aws-cn}
 * @param regionForm what the name of a Region of it looks like, known or not
 * @param regions the known ones, with the pseudo-Region of global services
 * @param dnsSuffix such as {@code amazonaws.com.cn}
 * @param dualStackDnsSuffix such as {@code api.amazonwebservices.com.cn}
 * @param implicitGlobalRegion the Region that signs for services without Regions
 */
public record Partition(
    String id,
    Pattern regionForm,
    Set<String> regions,
    String dnsSuffix,
    String dualStackDnsSuffix,
    String implicitGlobalRegion,
    boolean supportsFips,
    boolean supportsDualStack) {
  public Partition {
    regions = Set.copyOf(regions);
  }

  /** What the function {@code aws.partition} answers. */
  Map<String, Object> attributes() {
    return Map.of(
        "name",
        id,
        "dnsSuffix",
        dnsSuffix,
        "dualStackDnsSuffix",
        dualStackDnsSuffix,
        "implicitGlobalRegion",
        implicitGlobalRegion,
        "supportsFIPS",
        supportsFips,
        "supportsDualStack",
        supportsDualStack);
  }
}
