package io.countersign.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Forms.Located;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * {@code role}: one hop, or several.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AssumeRole</a>
 */
final class RoleKeys {
  static final int MAX_HOPS = 10;
  static final int MAX_TAGS = 50;
  static final int MAX_POLICIES = 10;

  /** Characters that the inline policy and the ARNs may have together. */
  static final int MAX_POLICY = 2048;

  private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  /** EKS Pod Identity sets these itself, as transitive tags; passing them again fails. */
  private static final Set<String> POD_IDENTITY_TAGS =
      Set.of(
          "eks-cluster-arn",
          "eks-cluster-name",
          "kubernetes-namespace",
          "kubernetes-service-account",
          "kubernetes-pod-name",
          "kubernetes-pod-uid");

  /** A role's ARN: {@code arn:aws:iam::123456789012:role/path/name}. */
  static final Form<Arn> ROLE_ARN =
      Forms.scalar(
          "the ARN of a role",
          () -> Schema.pattern("^arn:[a-z0-9-]+:iam::\\d{12}:role/.+$"),
          (text, at, in) -> roleArn(text, in.regions()));

  static final Key<Arn> ARN =
      Key.of("arn", ROLE_ARN, "The role to assume.")
          .must()
          .example("arn:aws:iam::123456789012:role/warehouse-read");
  static final Key<String> EXTERNAL_ID =
      Key.of(
              "external-id",
              Forms.text(
                  "2 to 1224 characters of `A-Z a-z 0-9 _ + = , . @ : / -`",
                  "[\\w+=,.@:/-]{2,1224}",
                  "cannot be an external ID",
                  "use 2 to 1224 letters, digits and _ + = , . @ : / -"),
              "The external ID that the role's trust policy asks for. It comes from here only, "
                  + "never from a request.")
          .example("7f1c2b");
  static final Key<String> SESSION_NAME =
      Key.of(
              "session-name",
              sessionName("cannot be a session name"),
              "The session's name, as CloudTrail shows it. One that comes out longer than 64 "
                  + "characters ends with a hash of the whole.")
          .otherwise("`countersign-${agent}` for the last role, `countersign` for those before it")
          .example("countersign-${agent}");
  static final Key<Duration> DURATION =
      Key.of(
              "duration",
              Forms.duration("15m", "12h"),
              "How long the credentials last. STS caps a role that is assumed with another role's "
                  + "credentials at one hour.")
          .or("1h");
  static final Key<Map<String, String>> SESSION_TAGS =
      Key.of(
              "session-tags",
              new Tags(),
              "Session tags; at most "
                  + MAX_TAGS
                  + ". `${agent}` in a value stands for the agent's name.")
          .example("{team: analytics, agent: '${agent}'}");
  static final Key<List<String>> TRANSITIVE_TAGS =
      Key.of(
              "transitive-tags",
              Forms.list(
                  Forms.text("a tag's key", ".{1,128}", "cannot be a tag's key", "name a key"),
                  "a list of keys of `session-tags`",
                  null),
              "Which session tags the roles after this one inherit.")
          .example("[team]");
  static final Key<String> SOURCE_IDENTITY =
      Key.of(
              "source-identity",
              sessionName("cannot be a source identity"),
              "The source identity; it stays the same down the chain.")
          .example("countersign");
  static final Key<String> POLICY =
      Key.of(
              "policy",
              new SessionPolicy(),
              "An inline session policy, as JSON: the session may do what it and the role both "
                  + "allow.")
          .example("'{\"Version\":\"2012-10-17\",\"Statement\":[]}'");
  static final Key<List<String>> POLICY_ARNS =
      Key.of(
              "policy-arns",
              Forms.list(
                  Forms.text(
                      "the ARN of a managed policy",
                      "arn:[a-z0-9-]+:iam::(?:aws|\\d{12}):policy/[\\x21-\\x7e]{1,512}",
                      "is not the ARN of a managed policy",
                      "write arn:aws:iam::<account or aws>:policy/<name>"),
                  "a list of ARNs of managed policies",
                  null),
              "Managed policies that bound the session as `policy` does; at most "
                  + MAX_POLICIES
                  + ".")
          .example("['arn:aws:iam::aws:policy/ReadOnlyAccess']");

  static final Section SECTION =
      Section.of(
          ARN,
          EXTERNAL_ID,
          SESSION_NAME,
          DURATION,
          SESSION_TAGS,
          TRANSITIVE_TAGS,
          SOURCE_IDENTITY,
          POLICY,
          POLICY_ARNS);

  /** Until it is known whether a hop is the last. */
  static final String UNNAMED = "";

  private static final Form<Located<RoleHop>> HOP =
      Forms.located(SECTION.as("a mapping", RoleKeys::hop));

  /** An ARN, a mapping, or a list of both. */
  static final Form<List<Located<RoleHop>>> CHAIN = new Chain();

  private RoleKeys() {}

  private static Form<String> sessionName(String says) {
    return Template.form(
        "2 to 64 characters of `A-Z a-z 0-9 _ + = , . @ -`",
        "[\\w+=,.@-]{2,64}",
        says,
        "use 2 to 64 letters, digits and _ + = , . @ -");
  }

  private static Arn roleArn(String text, Regions regions) throws Wrong {
    Arn arn = RoleArn.read(text);
    if (!regions.isPartition(arn.partition())) {
      throw new Wrong(
          "names the unknown partition '" + arn.partition() + "'",
          "the partitions are " + String.join(", ", regions.partitions()));
    }
    return arn;
  }

  private static RoleHop hop(Values values, Reading in) {
    return hop(values.need(ARN), values, in);
  }

  /** The hop that a section's keys say, for this role. */
  static RoleHop hop(Arn arn, Values values, Reading in) {
    Map<String, String> given = values.get(SESSION_TAGS);
    TreeMap<String, String> tags = given == null ? new TreeMap<>() : new TreeMap<>(given);
    List<String> transitive = values.get(TRANSITIVE_TAGS);
    if (transitive != null) {
      for (String key : transitive) {
        if (!tags.containsKey(key)) {
          in.problem(
              values.place(TRANSITIVE_TAGS),
              "'" + key + "' is not among session-tags",
              Nearest.suggestion(key, tags.keySet(), "add it there or remove it here"));
        }
      }
    }
    String policy = values.get(POLICY);
    List<String> policyArns = values.get(POLICY_ARNS);
    checkPolicies(arn, policy, policyArns == null ? List.of() : policyArns, values, in);
    String sessionName = values.get(SESSION_NAME);
    return new RoleHop(
        arn,
        values.get(EXTERNAL_ID),
        sessionName == null ? UNNAMED : sessionName,
        values.need(DURATION),
        tags,
        transitive == null ? Set.of() : Set.copyOf(transitive),
        values.get(SOURCE_IDENTITY),
        policy,
        policyArns == null ? Set.of() : Set.copyOf(policyArns));
  }

  private static void checkPolicies(
      Arn role, @Nullable String policy, List<String> policyArns, Values values, Reading in) {
    if (policyArns.size() > MAX_POLICIES) {
      in.problem(
          values.place(POLICY_ARNS),
          "there are " + policyArns.size() + " policies",
          "STS takes " + MAX_POLICIES);
    }
    int characters =
        (policy == null ? 0 : policy.length()) + policyArns.stream().mapToInt(String::length).sum();
    if (characters > MAX_POLICY) {
      in.problem(
          values.place(policy == null ? POLICY_ARNS : POLICY),
          "policy and policy-arns have " + characters + " characters",
          "STS takes " + MAX_POLICY + " of them together");
    }
    for (String arn : policyArns) {
      if (!arn.startsWith("arn:" + role.partition() + ":")) {
        in.problem(
            values.place(POLICY_ARNS),
            "the policy " + arn + " is of another partition than the role",
            "write arn:" + role.partition() + ":iam::…");
      }
    }
  }

  /** The last role's session tells the agents apart in CloudTrail; those before it are shared. */
  private static List<Located<RoleHop>> named(List<Located<RoleHop>> chain) {
    List<Located<RoleHop>> named = new ArrayList<>();
    for (Located<RoleHop> hop : chain) {
      boolean last = named.size() == chain.size() - 1;
      named.add(
          hop.value().sessionName().equals(UNNAMED)
              ? new Located<>(
                  hop.value().named(last ? "countersign-" + Template.AGENT : "countersign"),
                  hop.at())
              : hop);
    }
    return named;
  }

  /** What STS would refuse of a chain, by the rules for its hops together. */
  static void check(List<Located<RoleHop>> chain, CredentialSource source, Reading in) {
    boolean chained =
        source instanceof CredentialSource.WebIdentity
            || source instanceof CredentialSource.Container
            || source instanceof CredentialSource.Imds;
    Map<String, String> inherited = new HashMap<>();
    if (source instanceof CredentialSource.Container
        || source instanceof CredentialSource.DefaultChain) {
      POD_IDENTITY_TAGS.forEach(tag -> inherited.put(tag, "EKS Pod Identity sets it already"));
    }
    String identity = null;
    for (Located<RoleHop> located : chain) {
      RoleHop hop = located.value();
      if (chained && hop.duration().compareTo(Duration.ofHours(1)) > 0) {
        in.problem(
            located.at(),
            "the duration is more than one hour, the most that STS gives to a role that is assumed"
                + " with another role's credentials",
            "write duration: 1h or less");
      }
      for (String key : hop.sessionTags().keySet()) {
        String why = inherited.get(key.toLowerCase(Locale.ROOT));
        if (why != null) {
          in.problem(
              located.at(), "STS would refuse the session tag '" + key + "': " + why, "remove it");
        }
      }
      if (identity != null
          && hop.sourceIdentity() != null
          && !identity.equals(hop.sourceIdentity())) {
        in.problem(
            located.at(),
            "the source identity differs from the one of an earlier hop, and STS lets nobody"
                + " change it",
            "write it in the first hop only");
      }
      for (String key : hop.transitiveTags()) {
        inherited.put(key.toLowerCase(Locale.ROOT), "an earlier hop hands it down");
      }
      identity = identity == null ? hop.sourceIdentity() : identity;
      chained = true;
    }
  }

  /** Session tags: a mapping of texts. */
  private static final class Tags implements Form<Map<String, String>> {
    @Override
    public @Nullable Map<String, String> read(Place at, Reading in) {
      Map<String, Place> entries = Section.entries(at, in, words());
      if (entries == null) {
        return null;
      }
      if (entries.size() > MAX_TAGS) {
        in.problem(at, "there are " + entries.size() + " session tags", "STS takes " + MAX_TAGS);
      }
      Map<String, String> tags = new TreeMap<>();
      Set<String> folded = new HashSet<>();
      entries.forEach(
          (key, place) -> {
            if (key.isEmpty()
                || key.length() > 128
                || !TAG.matcher(key).matches()
                || key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
              in.problem(
                  place,
                  "this cannot be the key of a session tag",
                  "use 1 to 128 letters, digits, spaces and _ . : / = + - @, and no 'aws:' in"
                      + " front");
            }
            if (!folded.add(key.toLowerCase(Locale.ROOT))) {
              in.problem(
                  place,
                  "the key of the session tag differs from another only in case, which STS does"
                      + " not tell apart",
                  "rename one of them");
            }
            Reading.Text text = in.template(place, "a text");
            if (text == null) {
              return;
            }
            String sample = text.value().replace(Template.AGENT, "agent");
            if (sample.length() > 256 || !TAG.matcher(sample).matches()) {
              in.problem(
                  place,
                  Reading.shown(place) + " cannot be the value of a session tag",
                  "use at most 256 letters, digits, spaces and _ . : / = + - @");
            }
            tags.put(key, text.value());
          });
      return tags;
    }

    @Override
    public String words() {
      return "a mapping of texts";
    }

    @Override
    public ObjectNode schema() {
      ObjectNode schema = Schema.object().put("type", "object").put("maxProperties", MAX_TAGS);
      schema.set("additionalProperties", Schema.string());
      return schema;
    }
  }

  /** JSON that STS would not refuse for its form alone. */
  private static final class SessionPolicy implements Form<String> {
    private static final ObjectMapper JSON =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    @Override
    public @Nullable String read(Place at, Reading in) {
      Reading.Text text = in.text(at, words());
      if (text == null) {
        return null;
      }
      String mend = "write a policy document as JSON in quotes, or refer to it with ${file:PATH}";
      try {
        JsonNode policy = JSON.readTree(text.value());
        if (!policy.isObject() || !policy.has("Statement")) {
          in.problem(at, "the session policy is not an object with a Statement", mend);
          return null;
        }
        return policy.toString(); // without white space, which counts for STS
      } catch (JsonProcessingException e) {
        in.problem(at, "the session policy is not JSON", mend);
        return null;
      }
    }

    @Override
    public String words() {
      return "a policy document, JSON";
    }

    @Override
    public ObjectNode schema() {
      return Schema.string();
    }
  }

  private static final class Chain implements Form<List<Located<RoleHop>>> {
    private static final Form<List<Located<RoleHop>>> LIST =
        Forms.list(
            new Step(),
            "a list of roles",
            new Wrong("is empty", "name at least one role, or remove the key"));

    @Override
    public @Nullable List<Located<RoleHop>> read(Place at, Reading in) {
      if (at.node() instanceof ScalarNode || at.node() instanceof MappingNode) {
        Located<RoleHop> hop = new Step().read(at, in);
        return hop == null ? null : named(List.of(hop));
      }
      List<Located<RoleHop>> chain = LIST.read(at, in);
      if (chain != null && chain.size() > MAX_HOPS) {
        in.problem(
            at, "the chain has " + chain.size() + " roles", "at most " + MAX_HOPS + " are assumed");
      }
      return chain == null ? null : named(chain);
    }

    @Override
    public String words() {
      return "the ARN of a role, a mapping, or a list of these that are assumed one after another";
    }

    @Override
    public ObjectNode schema() {
      return Schema.anyOf(List.of(ROLE_ARN.schema(), SECTION.schema(), LIST.schema()));
    }
  }

  /** One hop: an ARN alone or a mapping. */
  private static final class Step implements Form<Located<RoleHop>> {
    @Override
    public @Nullable Located<RoleHop> read(Place at, Reading in) {
      if (!(at.node() instanceof ScalarNode)) {
        return HOP.read(at, in);
      }
      Arn arn = ROLE_ARN.read(at, in);
      if (arn == null) {
        return null;
      }
      return new Located<>(
          new RoleHop(
              arn, null, UNNAMED, DURATION.defaultValue(at, in), new TreeMap<>(), Set.of(), null),
          at);
    }

    @Override
    public String words() {
      return "the ARN of a role, or a mapping";
    }

    @Override
    public ObjectNode schema() {
      return Schema.anyOf(List.of(ROLE_ARN.schema(), SECTION.schema()));
    }
  }
}
