package io.countersign.catalog;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The known AWS services. Immutable and thread-safe. */
public final class Catalog {
  private static final String RESOURCE = "catalog.bin";

  private final List<Source> sources;
  private final Map<String, Service> byId;
  private final Map<String, List<Service>> bySigningName;
  private final Supplier<String> partitions;

  /**
   * What a catalog was made of.
   *
   * @param name with its version, such as {@code botocore 1.44.5}
   * @param licence with its holder
   * @param sha256 over the files that were read, by name and content, in hexadecimal
   */
  public record Source(String name, String licence, String sha256) {}

  private Catalog(List<Source> sources, Collection<Service> services, Supplier<String> partitions) {
    Map<String, Service> ids = LinkedHashMap.newLinkedHashMap(services.size());
    Map<String, List<Service>> names = LinkedHashMap.newLinkedHashMap(services.size());
    for (Service service : services) {
      ids.put(service.id(), service);
      names.computeIfAbsent(service.signingName(), name -> new ArrayList<>()).add(service);
    }
    names.replaceAll((name, list) -> List.copyOf(list));
    this.sources = List.copyOf(sources);
    this.byId = Collections.unmodifiableMap(ids);
    this.bySigningName = Collections.unmodifiableMap(names);
    this.partitions = partitions;
  }

  /**
   * Reads the packed file's index from the class path. A service's operations and its model are
   * read when they are first used.
   */
  public static Catalog load() {
    return of(
        PackedFile.read(
            () -> {
              InputStream in = Catalog.class.getResourceAsStream(RESOURCE);
              if (in == null) {
                throw new FileNotFoundException("the class path lacks " + RESOURCE);
              }
              return in;
            }));
  }

  /**
   * Reads a packed catalog.
   *
   * @throws CatalogFormatException if it is none; what is wrong within a service only shows when
   *     the service is used
   */
  public static Catalog of(byte[] packed) {
    return of(PackedFile.read(() -> new ByteArrayInputStream(packed)));
  }

  private static Catalog of(PackedFile file) {
    return new Catalog(file.sources(), file.services(), file::partitions);
  }

  /**
   * A catalog of these services.
   *
   * @param partitions in JSON, as botocore publishes them
   */
  public static Catalog of(List<Source> sources, Collection<Service> services, String partitions) {
    Map<String, Service> sorted = new TreeMap<>();
    services.forEach(service -> sorted.put(service.id(), service));
    return new Catalog(sources, sorted.values(), () -> partitions);
  }

  /** This catalog with other services, which take the place of those with the same ids. */
  public Catalog with(Collection<Service> others) {
    Map<String, Service> sorted = new TreeMap<>(byId);
    others.forEach(service -> sorted.put(service.id(), service));
    return new Catalog(sources, sorted.values(), partitions);
  }

  /** The packed form, which is the same for the same services. */
  public byte[] pack() {
    return PackedFile.write(sources, List.copyOf(byId.values()), partitions());
  }

  /** What it was made of, without the services that were laid over it. */
  public List<Source> sources() {
    return sources;
  }

  /** The list of partitions, as botocore publishes it, in JSON. */
  public String partitions() {
    return partitions.get();
  }

  /** The service of that id, as botocore names it. */
  public Optional<Service> service(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** The services that sign with that name, as it stands in a credential scope; usually one. */
  public List<Service> bySigningName(String signingName) {
    return bySigningName.getOrDefault(signingName, List.of());
  }

  /** All services in the order of their ids. */
  public Collection<Service> services() {
    return byId.values();
  }

  /** The service's id that is nearest to a misspelt one, if one is near; for messages. */
  public Optional<String> nearest(String id) {
    return Nearest.of(id, byId.keySet());
  }
}
