package io.countersign.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An AWS service. Its operations are parsed when they are first asked for, without a lock: two
 * threads that ask at once may both parse, and one result stays.
 */
public final class Service {
  private final String id;
  private final String signingName;
  private final String endpointPrefix;
  private final List<Protocol> protocols;
  private final String jsonVersion;
  private final String targetPrefix;
  private final String apiVersion;
  private final boolean globalEndpoint;
  private final String iamPrefix;
  private final String block;
  private volatile @Nullable Map<String, Operation> operations;
  private volatile @Nullable Routes routes;

  /** {@code header} is the columns of an S line, {@code block} the O lines that follow it. */
  Service(String[] header, String block) {
    if (header.length != 10) {
      throw new IllegalStateException("the catalog's line of a service has " + header.length);
    }
    this.id = header[1];
    this.signingName = header[2];
    this.endpointPrefix = header[3];
    this.jsonVersion = header[5];
    this.targetPrefix = header[6];
    this.apiVersion = header[7];
    this.globalEndpoint = header[8].equals("global");
    this.iamPrefix = header[9];
    this.block = block;
    List<Protocol> spoken = new ArrayList<>();
    for (String name : header[4].split(",", -1)) {
      spoken.add(Protocol.ofId(name));
    }
    this.protocols = List.copyOf(spoken);
  }

  /** As botocore names its directory: {@code redshift-data}, {@code stepfunctions}. */
  public String id() {
    return id;
  }

  /** The service in the credential scope: {@code monitoring} for CloudWatch. */
  public String signingName() {
    return signingName;
  }

  /** The first label of its usual endpoint's host. */
  public String endpointPrefix() {
    return endpointPrefix;
  }

  /** The protocol that the gateway itself speaks to it. */
  public Protocol protocol() {
    return protocols.getFirst();
  }

  /** Every protocol that its clients may speak, the preferred one first. */
  public List<Protocol> protocols() {
    return protocols;
  }

  /** {@code 1.0} or {@code 1.1} where it speaks {@link Protocol#JSON}, else empty. */
  public String jsonVersion() {
    return jsonVersion;
  }

  /** What stands before the dot in {@code X-Amz-Target}; empty if it speaks no JSON RPC. */
  public String targetPrefix() {
    return targetPrefix;
  }

  /** The {@code Version} of the query protocol. */
  public String apiVersion() {
    return apiVersion;
  }

  /** Whether the model names an endpoint without a Region. */
  public boolean globalEndpoint() {
    return globalEndpoint;
  }

  /** The prefix of its IAM actions: {@code cloudwatch} for CloudWatch. */
  public String iamPrefix() {
    return iamPrefix;
  }

  /** The operation of exactly that name. */
  public Optional<Operation> operation(String name) {
    return Optional.ofNullable(byName().get(name));
  }

  /** All operations in the order of their names. */
  public Collection<Operation> operations() {
    return byName().values();
  }

  /** The operation's name that is nearest to a misspelt one, if one is near; for messages. */
  public Optional<String> nearest(String name) {
    return Nearest.of(name, byName().keySet());
  }

  Routes routes() {
    Routes known = routes;
    if (known == null) {
      known = Routes.of(this);
      routes = known;
    }
    return known;
  }

  private Map<String, Operation> byName() {
    Map<String, Operation> known = operations;
    if (known == null) {
      Map<String, Operation> parsed = LinkedHashMap.newLinkedHashMap(128);
      block
          .lines()
          .map(line -> CatalogFile.operation(this, line))
          .forEach(o -> parsed.put(o.name(), o));
      known = Collections.unmodifiableMap(parsed);
      operations = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "Service[" + id + "]";
  }
}
