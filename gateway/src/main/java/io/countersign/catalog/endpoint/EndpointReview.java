package io.countersign.catalog.endpoint;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.EndpointOptions;
import io.countersign.config.EndpointOptions.AccountEndpoints;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration asks of endpoints that AWS does not have: FIPS where a partition has none,
 * an option that the service does not know, a VPC endpoint of another Region. A gateway with such a
 * connector does not start, since a call could only go where nobody wanted it to.
 */
public final class EndpointReview {
  private static final Pattern VPC_REGION =
      Pattern.compile("(?:.*\\.)?vpce-[^.]+\\..*?([a-z]{2,3}(?:-[a-z]+)+-\\d+)\\.vpce\\..*");

  private final Connector connector;
  private final ServiceEndpoints endpoints;
  private final List<Problem> problems = new ArrayList<>();

  /** An option that the connector has set, and the same options without it. */
  private record Given(String key, String parameter, UnaryOperator<EndpointOptions> without) {}

  private EndpointReview(Connector connector, ServiceEndpoints endpoints) {
    this.connector = connector;
    this.endpoints = endpoints;
  }

  /** The problems of all connectors whose service the catalog has; with a path and no line. */
  public static List<Problem> problems(GatewayConfig config, Catalog catalog) {
    Partitions partitions = Partitions.parse(catalog.partitions());
    List<Problem> problems = new ArrayList<>();
    for (Connector connector : config.connectors().values()) {
      Service service = catalog.service(connector.service()).orElse(null);
      if (service != null && concerns(connector)) {
        problems.addAll(problems(connector, ServiceEndpoints.of(service, partitions)));
      }
    }
    return problems;
  }

  private static boolean concerns(Connector connector) {
    return connector.endpoint() != null || !connector.endpoints().equals(EndpointOptions.DEFAULT);
  }

  /** The problems of one connector. */
  public static List<Problem> problems(Connector connector, ServiceEndpoints endpoints) {
    EndpointReview review = new EndpointReview(connector, endpoints);
    review.options();
    review.vpcEndpoint();
    return List.copyOf(review.problems);
  }

  private void options() {
    List<Given> set = new ArrayList<>();
    EndpointOptions options = connector.endpoints();
    Map<String, String> unknown = new LinkedHashMap<>();
    add(set, options.fips(), new Given("fips", "UseFIPS", o -> o.withFips(false)));
    add(
        set,
        options.dualStack(),
        new Given("dual-stack", "UseDualStack", o -> o.withDualStack(false)));
    add(
        set,
        options.accelerate(),
        new Given("accelerate", "Accelerate", o -> o.withAccelerate(false)));
    add(
        set,
        options.pathStyle() != null,
        new Given("path-style", "ForcePathStyle", o -> o.withPathStyle(null)));
    add(
        set,
        options.accountEndpoints() != AccountEndpoints.PREFERRED,
        new Given(
            "account-endpoints",
            "AccountIdEndpointMode",
            o -> o.withAccountEndpoints(AccountEndpoints.PREFERRED)));
    for (Given option : set) {
      if (!endpoints.reads(option.parameter())) {
        unknown.put(option.key(), connector.service() + " has no endpoints of that kind");
      }
    }
    unknown.forEach((key, why) -> problem(key, why, "remove it"));
    if (unknown.isEmpty() && !set.isEmpty()) {
      combination(set);
    }
  }

  private static void add(List<Given> set, boolean given, Given option) {
    if (given) {
      set.add(option);
    }
  }

  /** An option is at fault when there is an endpoint without it and none with it. */
  private void combination(List<Given> set) {
    EndpointOptions options = connector.endpoints();
    String why = failure(options, connector.endpoint());
    if (why == null) {
      return;
    }
    for (Given option : set) {
      if (failure(option.without().apply(options), connector.endpoint()) == null) {
        problem(option.key(), why, mend(option.key()));
        return;
      }
    }
    EndpointOptions none = options;
    for (Given option : set) {
      none = option.without().apply(none);
    }
    // Where there is no endpoint even so, it is the calls that must say more, and not the options.
    if (failure(none, null) == null) {
      problem(set.getFirst().key(), why, mend(set.getFirst().key()));
    }
  }

  private String mend(String key) {
    return connector.endpoint() != null
        ? "remove " + key + " or endpoint; the endpoint itself can be of that kind"
        : "remove "
            + key
            + ", or choose a Region of a partition that has it; "
            + connector.region()
            + " is of "
            + endpoints.partitions().of(connector.region()).id();
  }

  private @Nullable String failure(EndpointOptions options, @Nullable URI endpoint) {
    try {
      endpoints.resolve(
          new ServiceEndpoints.Question(
              connector.region(), options, endpoint, account(connector), Map.of()));
      return null;
    } catch (NoEndpointException e) {
      return e.getMessage();
    }
  }

  /** The account of the role that signs; null where the configuration does not say it. */
  private static @Nullable String account(Connector connector) {
    Arn role = connector.roles().isEmpty() ? null : connector.roles().getLast().arn();
    if (connector.rolesPerCall() != null) {
      role = connector.rolesPerCall().allow().getFirst().arn();
    }
    return role == null ? null : role.account();
  }

  private void vpcEndpoint() {
    URI endpoint = connector.endpoint();
    Matcher name = VPC_REGION.matcher(endpoint == null ? "" : endpoint.getHost());
    if (!name.matches()) {
      return;
    }
    String region = name.group(1);
    String signing = connector.region();
    try {
      List<AuthScheme> schemes =
          endpoints
              .resolve(ServiceEndpoints.Question.of(connector.region(), EndpointOptions.DEFAULT))
              .authSchemes();
      signing =
          schemes.isEmpty() || schemes.getFirst().signingRegion().isEmpty()
              ? signing
              : schemes.getFirst().signingRegion();
    } catch (NoEndpointException e) {
      // Only a call says where it goes; the connector's own Region is what can be compared.
      signing = connector.region();
    }
    if (!region.equals(connector.region()) && !region.equals(signing)) {
      problem(
          "endpoint",
          "the VPC endpoint is of " + region + ", and the connector of " + connector.region(),
          "take the endpoint's name from the same Region, or correct region");
    }
  }

  private void problem(String key, String message, String mend) {
    problems.add(new Problem("connectors." + connector.name() + "." + key, 0, 0, message, mend));
  }
}
