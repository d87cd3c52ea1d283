package io.countersign.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The known AWS services. Immutable and thread-safe. */
public final class Catalog {
  private final Map<String, Service> byId;
  private final Map<String, List<Service>> bySigningName;

  private Catalog(List<Service> services) {
    Map<String, Service> ids = LinkedHashMap.newLinkedHashMap(services.size());
    Map<String, List<Service>> names = LinkedHashMap.newLinkedHashMap(services.size());
    for (Service service : services) {
      ids.put(service.id(), service);
      names.computeIfAbsent(service.signingName(), name -> new ArrayList<>()).add(service);
    }
    names.replaceAll((name, list) -> List.copyOf(list));
    this.byId = Collections.unmodifiableMap(ids);
    this.bySigningName = Collections.unmodifiableMap(names);
  }

  /**
   * Reads the packed file from the class path. Operations are parsed service by service, when first
   * used.
   */
  public static Catalog load() {
    return new Catalog(CatalogFile.services(CatalogFile.read()));
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
