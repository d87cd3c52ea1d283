package io.countersign.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Regions of AWS and the partition of each. A Region that a request names is looked up here
 * before it may become part of a host name. Immutable.
 */
public final class Regions {
  /** What a Region's name is made of, known or not. */
  public static final Pattern SHAPE = Pattern.compile("\\A[a-z0-9-]{1,63}\\z");

  private static final Regions BUILT_IN = read();

  private final List<Partition> partitions;
  private final Map<String, String> partitionByRegion;

  private Regions(List<Partition> partitions, Map<String, String> partitionByRegion) {
    this.partitions = List.copyOf(partitions);
    this.partitionByRegion = Collections.unmodifiableMap(new LinkedHashMap<>(partitionByRegion));
  }

  private record Partition(String id, Pattern regions) {}

  /** The Regions that this release knows. */
  public static Regions builtIn() {
    return BUILT_IN;
  }

  /**
   * These and some more.
   *
   * @throws IllegalArgumentException when a name fits no partition
   */
  public Regions with(Collection<String> more) {
    Map<String, String> all = new LinkedHashMap<>(partitionByRegion);
    for (String region : more) {
      String partition =
          partitionByForm(region)
              .orElseThrow(
                  () -> new IllegalArgumentException("'" + region + "' fits no AWS partition"));
      all.putIfAbsent(region, partition);
    }
    return new Regions(partitions, all);
  }

  /** Whether it is a known Region. */
  public boolean knows(String region) {
    return partitionByRegion.containsKey(region);
  }

  /** The partition of a known Region: {@code aws}, {@code aws-cn}, {@code aws-us-gov} … */
  public Optional<String> partitionOf(String region) {
    return Optional.ofNullable(partitionByRegion.get(region));
  }

  /** The partition that a name's form points to, whether the Region is known or not. */
  public Optional<String> partitionByForm(String region) {
    if (!SHAPE.matcher(region).matches()) {
      return Optional.empty();
    }
    return partitions.stream()
        .filter(partition -> partition.regions().matcher(region).matches())
        .map(Partition::id)
        .findFirst();
  }

  /** Whether a partition has this id. */
  public boolean isPartition(String id) {
    return partitions.stream().anyMatch(partition -> partition.id().equals(id));
  }

  /** The ids of all partitions. */
  public List<String> partitions() {
    return partitions.stream().map(Partition::id).toList();
  }

  /** The names of all known Regions. */
  public Set<String> names() {
    return partitionByRegion.keySet();
  }

  @Override
  public String toString() {
    return names().toString();
  }

  private static Regions read() {
    List<Partition> partitions = new ArrayList<>();
    Map<String, String> byRegion = new LinkedHashMap<>();
    try (InputStream in =
            Objects.requireNonNull(
                Regions.class.getResourceAsStream("regions.txt"), "regions.txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "partition" -> partitions.add(new Partition(words[1], Pattern.compile(words[2])));
          case "region" -> byRegion.put(words[1], partitions.getLast().id());
          default -> {
            if (!line.startsWith("#")) {
              throw new IllegalStateException("regions.txt has a line that is neither: " + line);
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("regions.txt cannot be read", e);
    }
    return new Regions(partitions, byRegion);
  }
}
