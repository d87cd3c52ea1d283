package io.countersign.catalog.endpoint;

import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Service;
import io.countersign.config.EndpointOptions;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one service. Immutable and thread-safe; asking reads nothing and waits for
 * nothing.
 */
public final class ServiceEndpoints {
  /**
   * For a service without rules: {@code service[-fips].region.suffix}, as nearly all have it. It
   * stands in for the models that an operator lays over the catalog without a rule set.
   */
  private static final RuleSet NO_RULES =
      new RuleSet(Map.of(), Map.of(), Set.of(), Set.of(), List.of());

  private final Service service;
  private final Partitions partitions;
  private final RuleSet rules;

  private ServiceEndpoints(Service service, Partitions partitions, RuleSet rules) {
    this.service = service;
    this.partitions = partitions;
    this.rules = rules;
  }

  /**
   * Reads the rules of a service from the catalog, which blocks.
   *
   * @throws RuleSetException if they cannot be read
   */
  public static ServiceEndpoints of(Service service, Partitions partitions) {
    String json = service.endpointRules();
    return new ServiceEndpoints(
        service, partitions, json.isEmpty() ? NO_RULES : RuleSet.parse(json, partitions));
  }

  /**
   * Whose endpoint is asked for.
   *
   * @param endpoint of the connector's own; null takes AWS's
   * @param account twelve digits, of the credentials; null where it is not known
   * @param context what the operation and its input say
   */
  public record Question(
      String region,
      EndpointOptions options,
      @Nullable URI endpoint,
      @Nullable String account,
      Map<String, Object> context) {
    /** AWS's own endpoint of a Region, for no operation in particular. */
    public static Question of(String region, EndpointOptions options) {
      return new Question(region, options, null, null, Map.of());
    }
  }

  public Service service() {
    return service;
  }

  public Partitions partitions() {
    return partitions;
  }

  /** What an operation says to the rules. */
  public OperationContext context(OperationModel operation) {
    return OperationContext.of(operation, rules);
  }

  /** Whether the rules look at a parameter. */
  public boolean reads(String parameter) {
    return rules == NO_RULES
        ? parameter.equals("UseFIPS") || parameter.equals("UseDualStack")
        : rules.reads(parameter);
  }

  /** Every name that a request to the service may be signed with. */
  public Set<String> signingNames() {
    Set<String> names = new TreeSet<>(rules.signingNames());
    names.add(service.signingName());
    return names;
  }

  /**
   * The endpoint.
   *
   * @throws NoEndpointException where there is none; with the words of AWS's rules
   */
  public Endpoint resolve(Question question) throws NoEndpointException {
    return rules == NO_RULES ? plain(question) : rules.evaluate(values(question));
  }

  private Map<String, Object> values(Question question) {
    Map<String, Object> values = new HashMap<>();
    for (RuleParameter parameter : rules.parameters().values()) {
      Object value = builtIn(parameter, question);
      if (value != null) {
        values.put(parameter.name(), value);
      }
    }
    values.putAll(question.context());
    return values;
  }

  private static @Nullable Object builtIn(RuleParameter parameter, Question question) {
    EndpointOptions options = question.options();
    return switch (parameter.builtIn()) {
      case "AWS::Region" -> question.region();
      case "AWS::UseFIPS" -> options.fips();
      case "AWS::UseDualStack" -> options.dualStack();
      case "SDK::Endpoint" -> question.endpoint() == null ? null : question.endpoint().toString();
      case "AWS::Auth::AccountId" -> question.account();
      case "AWS::Auth::AccountIdEndpointMode" -> options.accountEndpoints().word();
      case "AWS::S3::Accelerate" -> options.accelerate();
      case "AWS::S3::ForcePathStyle" -> pathStyle(question);
      // A connector is of one Region, and its rules and its audit line say so.
      case "AWS::S3::UseArnRegion", "AWS::S3Control::UseArnRegion" -> false;
      // A session of S3 Express is a credential of its own; plain SigV4 serves as well.
      default -> parameter.name().equals("DisableS3ExpressSessionAuth") ? true : null;
    };
  }

  /**
   * Buckets stand in the path, so that all of them share connections, unless the connector says
   * otherwise or S3 wants a host for each.
   */
  private static boolean pathStyle(Question question) {
    Boolean wanted = question.options().pathStyle();
    return wanted != null
        ? wanted
        : !question.options().accelerate()
            && !(question.context().get("Bucket") instanceof String bucket
                && bucket.startsWith("arn:"));
  }

  private Endpoint plain(Question question) throws NoEndpointException {
    Partition partition = partitions.of(question.region());
    EndpointOptions options = question.options();
    if (question.endpoint() != null) {
      if (options.fips() || options.dualStack()) {
        throw new NoEndpointException(
            "Invalid Configuration: FIPS, DualStack and custom endpoint are not supported");
      }
      return new Endpoint(question.endpoint(), List.of(), Map.of(), Map.of());
    }
    if (options.fips() && !partition.supportsFips()) {
      throw new NoEndpointException("FIPS is enabled but this partition does not support FIPS");
    }
    if (options.dualStack() && !partition.supportsDualStack()) {
      throw new NoEndpointException(
          "DualStack is enabled but this partition does not support DualStack");
    }
    String suffix = options.dualStack() ? partition.dualStackDnsSuffix() : partition.dnsSuffix();
    return new Endpoint(
        URI.create(
            "https://"
                + service.endpointPrefix()
                + (options.fips() ? "-fips." : ".")
                + question.region()
                + "."
                + suffix),
        List.of(),
        Map.of(),
        Map.of());
  }

  @Override
  public String toString() {
    return "ServiceEndpoints[" + service.id() + "]";
  }
}
