package io.countersign.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.catalog.endpoint.AuthScheme;
import io.countersign.catalog.endpoint.Endpoint;
import io.countersign.catalog.endpoint.NoEndpointException;
import io.countersign.catalog.endpoint.OperationContext;
import io.countersign.catalog.endpoint.Partition;
import io.countersign.catalog.endpoint.ServiceEndpoints;
import io.countersign.catalog.endpoint.ServiceEndpoints.Question;
import io.countersign.config.Connector;
import io.countersign.config.EndpointOptions.AccountEndpoints;
import io.countersign.config.Regions;
import io.countersign.signer.PathRule;
import io.countersign.upstream.Target;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls of one connector go. The rules of AWS say it for the operation, what its input
 * names and the account of the role; an endpoint of the connector's own goes before them.
 *
 * <p>Thread-safe. Answers are kept in a table of fixed size, in which a later one takes the place
 * of an earlier one with the same place; reading it takes no lock. An answer that is not there
 * costs some microseconds, and nothing is read or waited for.
 */
public final class Destinations {
  private static final int KEPT = 1024;

  /** What a call says may be as long as its input; longer than this, it is not kept. */
  private static final int LONGEST_KEPT = 1024;

  private static final String BUCKET = "Bucket";

  private final Connector connector;
  private final ServiceEndpoints endpoints;
  private final Map<String, OperationContext> contexts;
  private final Set<String> signingNames;
  private final boolean byAccount;
  private final AtomicReferenceArray<@Nullable Kept> table = new AtomicReferenceArray<>(KEPT);
  private final @Nullable Destination usual;

  /** What an answer depends on. */
  private record Asked(Map<String, Object> context, @Nullable String account, String hostPrefix) {}

  /** An answer: a destination, or why there is none. */
  private record Kept(Asked asked, @Nullable Destination destination, String failure) {}

  private final @Nullable String partition;

  private Destinations(
      Connector connector, ServiceEndpoints endpoints, Map<String, OperationContext> contexts) {
    this.connector = connector;
    this.endpoints = endpoints;
    this.contexts = Map.copyOf(contexts);
    this.signingNames = endpoints.signingNames();
    this.byAccount =
        connector.endpoint() == null
            && connector.endpoints().accountEndpoints() != AccountEndpoints.DISABLED
            && endpoints.reads("AccountIdEndpointMode");
    this.partition = Regions.builtIn().partitionByForm(connector.region()).orElse(null);
    this.usual = answer(new Asked(Map.of(), null, "")).destination();
  }

  /**
   * Reads what each operation of the service says to the rules; blocks if the model is not read.
   */
  public static Destinations of(Connector connector, ServiceEndpoints endpoints) {
    Map<String, OperationContext> contexts = new HashMap<>();
    endpoints
        .service()
        .model()
        .operations()
        .forEach(operation -> contexts.put(operation.name(), endpoints.context(operation)));
    return new Destinations(connector, endpoints, contexts);
  }

  /** The one that calls have which name nothing; null where each call must name something. */
  public @Nullable Destination usual() {
    return usual;
  }

  /**
   * Whether a request that is signed for this scope may be meant for the connector.
   *
   * @param service in the scope
   * @param region in the scope
   */
  public boolean serves(String service, String region) {
    return signingNames.contains(service)
        && (connector.region().equals(region)
            || (usual != null && usual.signingRegion().equals(region)));
  }

  /**
   * For a call with this input.
   *
   * @param hostPrefix of the operation, its labels filled in
   * @param role the ARN of the role that signs; null where there is none
   */
  public Destination of(
      Operation operation, JsonNode input, String hostPrefix, @Nullable String role)
      throws Refused {
    return of(operation, context(operation).of(input), hostPrefix, role);
  }

  /**
   * For a request of the operation.
   *
   * @param path raw, fitting the operation's template
   * @param bucket the bucket or the ARN that S3's request names, where the path does not say it;
   *     null where it does
   * @param role the ARN of the role that signs; null where there is none
   */
  public Destination of(
      Operation operation,
      String path,
      Headers headers,
      @Nullable String bucket,
      @Nullable String role)
      throws Refused {
    OperationContext context = context(operation);
    Map<String, Object> said = context.of(path, headers);
    if (bucket != null && said.containsKey(BUCKET)) {
      said.put(BUCKET, bucket);
    }
    String prefix = context.hostPrefix(path, headers);
    if (prefix == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "no-endpoint",
              "the host of "
                  + operation.id()
                  + " begins with "
                  + operation.hostPrefix()
                  + ", which the request does not say",
              "send what AWS's SDKs send: the member in its header or in the path"));
    }
    return of(operation, said, prefix, role);
  }

  /** The partition of the connector's Region; null where its name fits none. */
  @Nullable String partition() {
    return partition;
  }

  /** The ARN of an access point in the connector's Region. */
  String arn(S3Host.AccessPoint point) {
    return point.arn(endpoints.partitions().of(connector.region()).id(), connector.region());
  }

  private OperationContext context(Operation operation) {
    return Objects.requireNonNull(contexts.get(operation.name()));
  }

  private Destination of(
      Operation operation, Map<String, Object> said, String hostPrefix, @Nullable String role)
      throws Refused {
    String account = byAccount ? account(role) : null;
    if (usual != null && said.isEmpty() && account == null && hostPrefix.isEmpty()) {
      return usual;
    }
    Asked asked = new Asked(said, account, hostPrefix);
    int hash = asked.hashCode();
    int place = (hash ^ (hash >>> 16)) & (KEPT - 1);
    Kept kept = table.get(place);
    if (kept == null || !kept.asked().equals(asked)) {
      kept = answer(asked);
      if (length(said) <= LONGEST_KEPT) {
        table.set(place, kept);
      }
    }
    Destination destination = kept.destination();
    if (destination == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "no-endpoint",
              "AWS has no endpoint for this call of " + operation.id() + ": " + kept.failure(),
              "check what the call names, and region, fips, dual-stack, accelerate and path-style"
                  + " of connector '"
                  + connector.name()
                  + "'"));
    }
    return destination;
  }

  private static int length(Map<String, Object> said) {
    int length = 0;
    for (Object value : said.values()) {
      length += value.toString().length();
    }
    return length;
  }

  /** The account of {@code arn:aws:iam::123456789012:role/…}. */
  private static @Nullable String account(@Nullable String role) {
    String[] parts = role == null ? new String[0] : role.split(":", 6);
    return parts.length == 6 && !parts[4].isEmpty() ? parts[4] : null;
  }

  private Kept answer(Asked asked) {
    try {
      return new Kept(asked, connector.endpoint() == null ? atAws(asked) : atOwn(asked), "");
    } catch (NoEndpointException e) {
      return new Kept(asked, null, e.getMessage());
    }
  }

  private Endpoint resolve(Asked asked, @Nullable URI endpoint) throws NoEndpointException {
    return endpoints.resolve(
        new Question(
            connector.region(), connector.endpoints(), endpoint, asked.account(), asked.context()));
  }

  // ---- AWS's own endpoint ----

  private Destination atAws(Asked asked) throws NoEndpointException {
    Endpoint endpoint = resolve(asked, null);
    String host = host(endpoint.url());
    String prefix = asked.hostPrefix().toLowerCase(Locale.ROOT);
    // The rules of S3 Control put the account there themselves.
    String whole = host.startsWith(prefix) ? host : prefix + host;
    if (!asked.context().isEmpty()) {
      checkSuffix(whole);
    }
    Target target = new Target(true, whole, 443);
    return destination(target, target.authority(), endpoint, scheme(endpoint));
  }

  private static String host(URI url) throws NoEndpointException {
    String host = url.getHost();
    if (host == null || url.getRawUserInfo() != null || url.getPort() >= 0) {
      throw new NoEndpointException("the rules make the address '" + url + "', which is none");
    }
    return host.toLowerCase(Locale.ROOT);
  }

  /** What a call says is part of the host, and must not make it another's. */
  private void checkSuffix(String host) throws NoEndpointException {
    for (Partition partition : endpoints.partitions().all()) {
      if (host.endsWith("." + partition.dnsSuffix())
          || host.endsWith("." + partition.dualStackDnsSuffix())) {
        return;
      }
    }
    throw new NoEndpointException("the host " + host + " is none of AWS's");
  }

  // ---- an endpoint of the connector's own ----

  /**
   * What AWS's rules say of the signature holds there too, as for a VPC endpoint. S3 may have a
   * host for each bucket there. Every other service has one host, and no prefix before it: a VPC
   * endpoint is of one of a service's hosts, and a stand-in has but one name.
   */
  private Destination atOwn(Asked asked) throws NoEndpointException {
    URI own = Objects.requireNonNull(connector.endpoint());
    Target target = Target.of(own);
    Endpoint signed = signedAs(asked);
    VpcEndpoint vpc = VpcEndpoint.of(own);
    Service service = endpoints.service();
    if (service.id().equals("s3") || (vpc != null && service.id().equals("s3control"))) {
      URI at = vpc == null ? own : vpc.forCall(service.id(), asked.context().get(BUCKET));
      Endpoint endpoint = resolve(asked, at);
      String authority = endpoint.url().getRawAuthority().toLowerCase(Locale.ROOT);
      if (vpc != null) {
        target = vpc.target(endpoint.url());
      }
      return destination(target, authority, endpoint, scheme(signed == null ? endpoint : signed));
    }
    return destination(
        target,
        target.authority(),
        new Endpoint(own, List.of(), signed == null ? Map.of() : signed.headers(), Map.of()),
        signed == null ? null : scheme(signed));
  }

  /** Null where AWS has no such endpoint; the connector's own may be of a service of no Region. */
  private @Nullable Endpoint signedAs(Asked asked) {
    try {
      return resolve(asked, null);
    } catch (NoEndpointException e) {
      return null; // what is said of the connector's own endpoint counts, which is asked for next
    }
  }

  // ---- the signature ----

  /** Null takes the service's own. SigV4 goes before SigV4a, which costs more and says no more. */
  private static @Nullable AuthScheme scheme(Endpoint endpoint) throws NoEndpointException {
    AuthScheme sigV4a = null;
    for (AuthScheme scheme : endpoint.authSchemes()) {
      if (scheme.name().equals("sigv4")) {
        return scheme;
      }
      if (scheme.name().equals("sigv4a")) {
        sigV4a = scheme;
      }
    }
    if (sigV4a == null && !endpoint.authSchemes().isEmpty()) {
      throw new NoEndpointException(
          "it is signed with "
              + endpoint.authSchemes().getFirst().name()
              + ", which the gateway does not do");
    }
    return sigV4a;
  }

  private Destination destination(
      Target target, String host, Endpoint endpoint, @Nullable AuthScheme scheme) {
    String name = scheme == null ? "" : scheme.signingName();
    String signingName = name.isEmpty() ? endpoints.service().signingName() : name;
    String region = scheme == null ? "" : scheme.signingRegion();
    String path = endpoint.url().getRawPath() == null ? "" : endpoint.url().getRawPath();
    Map<String, String> headers = new LinkedHashMap<>();
    endpoint
        .headers()
        .forEach((key, values) -> headers.put(key.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Destination(
        target,
        connector.signHost() != null ? connector.signHost() : host,
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
        signingName,
        region.isEmpty() ? connector.region() : region,
        regionSet(scheme),
        scheme != null && scheme.disableDoubleEncoding()
            ? PathRule.S3
            : PathRule.forService(signingName),
        headers);
  }

  /** Empty for SigV4. */
  private List<String> regionSet(@Nullable AuthScheme scheme) {
    if (scheme == null || !scheme.name().equals("sigv4a")) {
      return List.of();
    }
    return scheme.signingRegionSet().isEmpty()
        ? List.of(connector.region())
        : scheme.signingRegionSet();
  }

  @Override
  public String toString() {
    return "Destinations[" + connector.name() + "]";
  }
}
