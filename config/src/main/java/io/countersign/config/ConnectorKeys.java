package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.EndpointOptions.AccountEndpoints;
import io.countersign.config.Forms.Located;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code connectors.<name>}. */
final class ConnectorKeys {
  static final Key<String> SERVICE =
      Key.of(
              "service",
              Forms.text(
                  "the id of an AWS service",
                  "[a-z0-9][a-z0-9.-]{0,62}",
                  "cannot be the id of a service",
                  "write it as the AWS CLI does: s3, redshift-data, athena, dynamodb"),
              "The AWS service, by the name that the AWS CLI and botocore give it.")
          .must()
          .example("redshift-data");
  static final Key<String> REGION =
      Key.of("region", Forms.region(), "The AWS Region.").must().example("eu-west-1");
  static final Key<Access> ACCESS =
      Key.of(
              "access",
              Forms.choice(accesses()),
              "What the connector allows at most, whatever the agents' grants say. `read-only` "
                  + "allows the operations that AWS models as List or Read; an operation that is "
                  + "not known is refused.")
          .or("read-only");
  static final Key<CredentialSource> CREDENTIALS =
      Key.of(
              "credentials",
              SourceKeys.SOURCE,
              "Where the first credentials come from, before any role is assumed. `default` is"
                  + " AWS's own order: environment, web identity, shared profile, container,"
                  + " IMDSv2.")
          .or("default");
  static final Key<List<Located<RoleHop>>> ROLE =
      Key.of("role", RoleKeys.CHAIN, "The role to assume, or a chain of roles.")
          .otherwise("the credentials are used as they are")
          .example("arn:aws:iam::123456789012:role/warehouse-read");
  static final Key<Located<RolesPerCallKeys.Read>> ROLES_PER_CALL =
      Key.of(
              "roles-per-call",
              RolesPerCallKeys.ROLES,
              "Roles that an agent may name for a call, with the header `x-countersign-role`; the"
                  + " role is assumed after `role`. Where there is no `role`, each call must name"
                  + " one.")
          .otherwise("no role can be named")
          .example("{allow: ['arn:aws:iam::123456789012:role/team-*'], external-id: 7f1c2b}");
  static final Key<Sts> STS =
      Key.of("sts", StsKeys.STS, "The STS that is asked, when it is not the gateway's.")
          .otherwise("the gateway's `sts`")
          .example("{region: eu-west-1}");
  static final Key<URI> ENDPOINT =
      Key.of(
              "endpoint",
              Addresses.ENDPOINT,
              "Where calls go instead of AWS's public endpoint: a VPC endpoint, LocalStack. No"
                  + " path, no user. Plain http only to this machine. Of a VPC endpoint of S3 the"
                  + " name without `bucket.`, `accesspoint.` or `control.` is enough.")
          .otherwise("AWS's endpoint for the service and Region")
          .example("https://vpce-0a1b.redshift-data.eu-west-1.vpce.amazonaws.com");
  static final Key<Boolean> INSECURE_ENDPOINT =
      Key.of(
              "insecure-endpoint",
              Forms.flag(),
              "Allows `endpoint` to be plain http to another machine. For a "
                  + "stand-in AWS on a network of your own only.")
          .or("false");
  static final Key<String> SIGN_HOST =
      Key.of(
              "sign-host",
              Forms.text(
                  "a host, `host` or `host:port`",
                  Addresses.HOST + "(?::\\d{1,5})?",
                  "names no host",
                  "write a host without scheme and path"),
              "The host that is signed and sent, when it is not the endpoint's.")
          .otherwise("the endpoint's host")
          .example("redshift-data.eu-west-1.amazonaws.com");
  static final Key<Boolean> FIPS =
      Key.of(
              "fips",
              Forms.flag(),
              "Whether AWS's FIPS endpoint is called. Refused where AWS has none.")
          .or("false");
  static final Key<Boolean> DUAL_STACK =
      Key.of(
              "dual-stack",
              Forms.flag(),
              "Whether AWS's endpoint for IPv4 and IPv6 is called. Refused where AWS has none.")
          .or("false");
  static final Key<Boolean> ACCELERATE =
      Key.of("accelerate", Forms.flag(), "S3: whether Transfer Acceleration is used.").or("false");
  static final Key<Boolean> PATH_STYLE =
      Key.of(
              "path-style",
              Forms.flag(),
              "S3: whether buckets stand in the path, so that all of them share connections."
                  + " `false` calls each bucket at a host of its own.")
          .otherwise("`true` where S3 allows it: not for ARNs, directory buckets and `accelerate`");
  static final Key<AccountEndpoints> ACCOUNT_ENDPOINTS =
      Key.of(
              "account-endpoints",
              Forms.choice(accountEndpoints()),
              "DynamoDB and its like: whether the endpoint of the account is called, which the role"
                  + " or an ARN in the call says. `required` refuses a call without one.")
          .or("preferred");
  static final Key<Map<String, Object>> PARAMETERS =
      Key.of(
              "parameters",
              new Parameters(),
              "Members of the operations' input that are filled in where a call leaves them out.")
          .example("{ClusterIdentifier: analytics, Database: dev, DbUser: agent}");
  static final Key<Locked> LOCKED =
      Key.of(
              "locked",
              new LockedForm(),
              "Which parameters a call may not set to something else: `true` for all, or a list "
                  + "of names.")
          .or("false");
  static final Key<List<String>> CREDENTIAL_OPERATIONS =
      Key.of(
              "credential-operations",
              Forms.list(
                  Forms.text(
                      "the name of an operation",
                      "[A-Z][A-Za-z0-9]{0,127}",
                      "is not the name of an operation",
                      "write it as AWS does, without '*': GetSecretValue"),
                  "a list of operations",
                  null),
              "Operations whose answer is a credential, and that are allowed nevertheless. All "
                  + "others of that kind are refused.")
          .or("[]")
          .example("[GetSecretValue]");
  static final Key<Boolean> PINNED =
      Key.of(
              "pinned",
              Forms.flag(),
              "Whether the credentials are kept warm from the start on, used or not.")
          .otherwise("`true` when the connector has a role");
  static final Key<Boolean> STRICT =
      Key.of(
              "strict",
              Forms.flag(),
              "Whether credentials that still serve are dropped at once when AWS refuses to renew "
                  + "them (AccessDenied). Else they serve until they expire.")
          .or("false");

  static final Section SECTION =
      Section.of(
          SERVICE,
          REGION,
          ACCESS,
          CREDENTIALS,
          ROLE,
          ROLES_PER_CALL,
          STS,
          ENDPOINT,
          INSECURE_ENDPOINT,
          SIGN_HOST,
          FIPS,
          DUAL_STACK,
          ACCELERATE,
          PATH_STYLE,
          ACCOUNT_ENDPOINTS,
          PARAMETERS,
          LOCKED,
          CREDENTIAL_OPERATIONS,
          PINNED,
          STRICT);

  static final Form<Connector> CONNECTOR = SECTION.as("a mapping", ConnectorKeys::connector);

  private ConnectorKeys() {}

  /** What {@code locked} says: all, or these. */
  record Locked(boolean all, List<Located<String>> names) {}

  private static Map<String, Access> accesses() {
    Map<String, Access> accesses = new LinkedHashMap<>();
    accesses.put("read-only", Access.READ_ONLY);
    accesses.put("read-write", Access.READ_WRITE);
    return accesses;
  }

  private static Map<String, AccountEndpoints> accountEndpoints() {
    Map<String, AccountEndpoints> words = new LinkedHashMap<>();
    for (AccountEndpoints mode : AccountEndpoints.values()) {
      words.put(mode.word(), mode);
    }
    return words;
  }

  private static Connector connector(Values values, Reading in) {
    String region = values.need(REGION);
    CredentialSource source = values.need(CREDENTIALS);
    List<Located<RoleHop>> chain = values.get(ROLE);
    List<Located<RoleHop>> roles = chain == null ? List.of() : chain;
    Located<RolesPerCallKeys.Read> perCall = values.get(ROLES_PER_CALL);
    List<Located<RoleHop>> longest = new ArrayList<>(roles);
    List<Located<Arn>> arns = new ArrayList<>();
    roles.forEach(hop -> arns.add(new Located<>(hop.value().arn(), hop.at())));
    if (perCall != null) {
      longest.add(new Located<>(perCall.value().roles().session(), perCall.at()));
      perCall.value().patterns().forEach(p -> arns.add(new Located<>(p.value().arn(), p.at())));
    }
    RoleKeys.check(longest, source, in);
    in.later(() -> checkPartitions(region, arns, in));

    boolean insecure = values.need(INSECURE_ENDPOINT);
    URI endpoint = values.get(ENDPOINT);
    if (endpoint != null) {
      Addresses.checkEncrypted(endpoint, insecure, values.place(ENDPOINT), in);
    } else if (values.has(SIGN_HOST)) {
      in.problem(
          values.place(SIGN_HOST), "sign-host means nothing without endpoint", "add an endpoint");
    }

    Map<String, Object> parameters = values.get(PARAMETERS);
    Map<String, Object> filled = parameters == null ? Map.of() : parameters;
    Boolean pinned = values.get(PINNED);
    return new Connector(
        values.at().name(),
        values.need(SERVICE),
        region,
        values.need(ACCESS),
        source,
        roles.stream().map(Located::value).toList(),
        values.get(STS),
        endpoint,
        values.get(SIGN_HOST),
        filled,
        locked(values, filled, in),
        Set.copyOf(values.need(CREDENTIAL_OPERATIONS)),
        pinned == null ? !roles.isEmpty() : pinned,
        values.need(STRICT),
        perCall == null ? null : perCall.value().roles(),
        new EndpointOptions(
            values.need(FIPS),
            values.need(DUAL_STACK),
            values.need(ACCELERATE),
            values.get(PATH_STYLE),
            values.need(ACCOUNT_ENDPOINTS)));
  }

  private static Set<String> locked(Values values, Map<String, Object> parameters, Reading in) {
    Locked locked = values.need(LOCKED);
    for (Located<String> name : locked.names()) {
      if (!parameters.containsKey(name.value())) {
        in.problem(
            name.at(),
            Reading.shown(name.at()) + " is not one of the connector's parameters",
            Nearest.suggestion(
                name.value(), parameters.keySet(), "add it to parameters, or remove it here"));
      }
    }
    return locked.all()
        ? parameters.keySet()
        : Set.copyOf(locked.names().stream().map(Located::value).toList());
  }

  private static void checkPartitions(String region, List<Located<Arn>> roles, Reading in) {
    String partition = in.regions().partitionOf(region).orElse(null);
    for (Located<Arn> role : roles) {
      String given = role.value().partition();
      if (partition != null && !partition.equals(given)) {
        in.problem(
            role.at(),
            "the role is of partition "
                + given
                + ", but the Region "
                + region
                + " is of partition "
                + partition,
            "write arn:" + partition + ":iam::…, or another Region");
      }
    }
  }

  private static final class Parameters implements Form<Map<String, Object>> {
    @Override
    @SuppressWarnings("unchecked") // the node is a mapping, of which Free makes a Map<String, …>
    public @Nullable Map<String, Object> read(Place at, Reading in) {
      if (!(at.node() instanceof MappingNode)) {
        Section.entries(at, in, words()); // says why not
        return null;
      }
      return (Map<String, Object>) Free.VALUE.read(at, in);
    }

    @Override
    public String words() {
      return "a mapping of any values";
    }

    @Override
    public ObjectNode schema() {
      return Schema.object().put("type", "object");
    }
  }

  private static final class LockedForm implements Form<Locked> {
    private static final Form<Boolean> FLAG = Forms.flag();
    private static final Form<List<Located<String>>> NAMES =
        Forms.list(
            Forms.located(
                Forms.text("a name", ".{1,256}", "names no parameter", "write a parameter's name")),
            "a list of names",
            null);

    @Override
    public @Nullable Locked read(Place at, Reading in) {
      if (at.node() instanceof ScalarNode) {
        Boolean all = FLAG.read(at, in);
        return all == null ? null : new Locked(all, List.of());
      }
      List<Located<String>> names = NAMES.read(at, in);
      return names == null ? null : new Locked(false, names);
    }

    @Override
    public String words() {
      return "`true`, `false` or a list of parameters";
    }

    @Override
    public ObjectNode schema() {
      return Schema.anyOf(List.of(FLAG.schema(), NAMES.schema()));
    }
  }
}
