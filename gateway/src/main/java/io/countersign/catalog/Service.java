package io.countersign.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An AWS service. Its operations and its model are read when they are first asked for, without a
 * lock: two threads that ask at once may both read, and one result stays. What blocks must not
 * happen on an event loop: call {@link #prepare} first.
 */
public final class Service {
  private final String id;
  private final String iamPrefix;
  private final ServiceMetadata metadata;
  private final List<Protocol> protocols;
  private final ServiceData data;
  private volatile @Nullable Map<String, Operation> operations;
  private volatile @Nullable Routes routes;
  private volatile @Nullable ServiceModel model;
  private volatile @Nullable PackedExtras extras;

  Service(String id, String iamPrefix, ServiceMetadata metadata, ServiceData data) {
    this.id = id;
    this.iamPrefix = iamPrefix;
    this.metadata = metadata;
    Set<Protocol> spoken = EnumSet.copyOf(metadata.protocols());
    if (metadata.queryCompatible()) {
      spoken.add(Protocol.QUERY);
    }
    this.protocols = List.copyOf(spoken);
    this.data = data;
  }

  /**
   * A service whose parts are all there.
   *
   * @param iamPrefix of its IAM actions
   * @param operations in any order
   * @param endpointRules as JSON; empty for none
   */
  public static Service of(
      String id,
      String iamPrefix,
      ServiceModel model,
      Collection<Operation> operations,
      List<Paginator> paginators,
      List<Waiter> waiters,
      String endpointRules) {
    Map<String, Operation> sorted = new TreeMap<>();
    operations.forEach(o -> sorted.put(o.name(), o));
    return new Service(
        id,
        iamPrefix,
        model.metadata(),
        new ServiceData.Present(
            List.copyOf(sorted.values()),
            model,
            new PackedExtras(paginators, waiters, endpointRules)));
  }

  /** As botocore names its directory: {@code redshift-data}, {@code stepfunctions}. */
  public String id() {
    return id;
  }

  /** All that the model says of the service as a whole. */
  public ServiceMetadata metadata() {
    return metadata;
  }

  /** The service in the credential scope: {@code monitoring} for CloudWatch. */
  public String signingName() {
    return metadata.signingName();
  }

  /** The first label of its usual endpoint's host. */
  public String endpointPrefix() {
    return metadata.endpointPrefix();
  }

  /** The protocol that the gateway itself speaks to it. */
  public Protocol protocol() {
    return protocols.getFirst();
  }

  /** Every protocol that its clients may speak, in the order of {@link Protocol}'s constants. */
  public List<Protocol> protocols() {
    return protocols;
  }

  /** {@code 1.0} or {@code 1.1} where it speaks {@link Protocol#JSON}, else empty. */
  public String jsonVersion() {
    return protocols.contains(Protocol.JSON) ? metadata.jsonVersion() : "";
  }

  /** What stands before the dot in {@code X-Amz-Target}; empty if it speaks no JSON RPC. */
  public String targetPrefix() {
    return metadata.targetPrefix();
  }

  /** The {@code Version} of the query protocol. */
  public String apiVersion() {
    return metadata.apiVersion();
  }

  /** Whether the model names an endpoint without a Region. */
  public boolean globalEndpoint() {
    return !metadata.globalEndpoint().isEmpty();
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

  /** The shapes and the wire forms of its operations. */
  public ServiceModel model() {
    ServiceModel known = model;
    if (known == null) {
      known = data.model();
      model = known;
    }
    return known;
  }

  /** How the operation's answers are read page by page; empty where they have no pages. */
  public Optional<Paginator> paginator(String operation) {
    return extras().paginators().stream().filter(p -> p.operation().equals(operation)).findAny();
  }

  /** All its waiters, in the order of their names. */
  public List<Waiter> waiters() {
    return extras().waiters();
  }

  /** Its endpoint rule set in JSON, as botocore publishes it; empty for none. */
  public String endpointRules() {
    return extras().endpointRules();
  }

  /**
   * Reads what recognising and writing a request needs, so that the first request does not pay for
   * it. Reads the packed catalog, and blocks.
   */
  public void prepare() {
    routes();
    model();
  }

  PackedExtras extras() {
    PackedExtras known = extras;
    if (known == null) {
      known = data.extras();
      extras = known;
    }
    return known;
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
      Map<String, Operation> read = LinkedHashMap.newLinkedHashMap(128);
      data.operations().forEach(o -> read.put(o.name(), o));
      known = Collections.unmodifiableMap(read);
      operations = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return "Service[" + id + "]";
  }
}
