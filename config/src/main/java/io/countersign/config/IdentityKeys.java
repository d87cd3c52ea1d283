package io.countersign.config;

import io.countersign.config.Forms.Located;
import io.countersign.config.TokenIssuer.Algorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code identity}: how agents prove who they are, beside their tokens. */
final class IdentityKeys {
  static final String CLUSTER_CA = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  static final String POD_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

  private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s?#@]{1,500}");

  /** The name of an agent, to be looked for once all agents are read. */
  static final Form<Located<String>> AGENT =
      Forms.located(
          Forms.text(
              "an agent's name",
              "[a-z0-9][a-z0-9-]{0,62}",
              "cannot be the name of an agent",
              "write a name that stands under agents"));

  // identity.issuers.<name>
  static final Key<String> ISSUER =
      Key.of(
              "issuer",
              Forms.scalar(
                  "an address, `https://…`",
                  () -> Schema.pattern("^https?://[^\\s?#@]{1,500}$"),
                  (text, at, in) -> address(text)),
              "What the claim `iss` must be, character by character.")
          .must()
          .example("https://login.example.com/");
  static final Key<List<String>> AUDIENCE =
      Key.of(
              "audience",
              Forms.oneOrMore(
                  Forms.text(
                      "a text",
                      "[\\x21-\\x7e]{1,500}",
                      "cannot be an audience",
                      "write visible ASCII characters without spaces"),
                  "a text, or a list of these"),
              "What the claim `aud` must have in it: the gateway's own name at the issuer.")
          .must()
          .example("countersign");
  static final Key<URI> JWKS =
      Key.of("jwks", Addresses.DOCUMENT, "Where the issuer's keys are.")
          .otherwise("what the issuer's `/.well-known/openid-configuration` says")
          .example("https://login.example.com/keys");
  static final Key<List<Algorithm>> ALGORITHMS =
      Key.of(
              "algorithms",
              Forms.list(
                  Forms.choice(algorithms()),
                  "a list of algorithms",
                  new Wrong("is empty, so that no token could be good", "name one, such as RS256")),
              "What a token may be signed with. A token never chooses beyond this list.")
          .or("[RS256, ES256]");
  static final Key<Duration> CLOCK_SKEW =
      Key.of(
              "clock-skew",
              Forms.duration("0s", "5m"),
              "How far the clocks may be apart when `exp`, `nbf` and `iat` are judged.")
          .or("30s");
  static final Key<Duration> KEEP_KEYS =
      Key.of(
              "keep-keys",
              Forms.duration("1m", "7d"),
              "How long the keys serve on while the issuer cannot be reached.")
          .or("24h");
  static final Key<Path> CA_FILE =
      Key.of(
              "ca-file",
              Forms.path(),
              "The authorities that the issuer's server is trusted by, PEM.")
          .otherwise("those that Java trusts")
          .example("/etc/countersign/issuer-ca.crt");
  static final Key<List<String>> AGENT_CLAIM =
      Key.of("agent-claim", claim(), "The claim that names the agent.").or("sub");
  static final Key<Map<String, Located<String>>> AGENTS =
      Key.of(
              "agents",
              Forms.map("a claim's value", "[^\\p{Cntrl}]{1,500}", AGENT, "an agent's name"),
              "Which agent a value of that claim stands for.")
          .otherwise("the value is the agent's name")
          .example("{0oa4f2: analyst}");
  static final Key<List<String>> USER_CLAIM =
      Key.of("user-claim", claim(), "The claim that names the user on whose behalf the agent acts.")
          .otherwise("no user")
          .example("email");
  static final Key<Map<String, List<String>>> ATTRIBUTES =
      Key.of(
              "attributes",
              Forms.map("an attribute's name", "[a-z][a-z0-9-]{0,62}", claim(), "a claim"),
              "What else is taken from the token, and from which claim.")
          .or("{}")
          .example("{team: department}");

  static final Section ISSUER_SECTION =
      Section.of(
          ISSUER,
          AUDIENCE,
          JWKS,
          ALGORITHMS,
          CLOCK_SKEW,
          KEEP_KEYS,
          CA_FILE,
          AGENT_CLAIM,
          AGENTS,
          USER_CLAIM,
          ATTRIBUTES);

  // identity.kubernetes
  static final Key<String> K8S_AUDIENCE =
      Key.of(
              "audience",
              Forms.text(
                  "a text",
                  "[\\x21-\\x7e]{1,500}",
                  "cannot be an audience",
                  "write what the projected volume has under audience"),
              "The audience of the projected token.")
          .or("countersign");
  static final Key<Map<String, Located<String>>> K8S_AGENTS =
      Key.of(
              "agents",
              Forms.map(
                  "`namespace/service-account`",
                  "[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9.-]{0,252}",
                  AGENT,
                  "an agent's name"),
              "Which agent a service account is.")
          .must()
          .example("{data/analyst: analyst}");
  static final Key<URI> K8S_API_SERVER =
      Key.of("api-server", Addresses.ENDPOINT, "The cluster's API server.")
          .or("https://kubernetes.default.svc");
  static final Key<String> K8S_ISSUER =
      Key.of(
              "issuer",
              ISSUER.form(),
              "What the claim `iss` must be. On EKS it is the cluster's OIDC issuer.")
          .or("https://kubernetes.default.svc.cluster.local");
  static final Key<Path> K8S_CA_FILE =
      Key.of("ca-file", Forms.path(), "The cluster's authority, PEM.").or(CLUSTER_CA);
  static final Key<Path> K8S_TOKEN_FILE =
      Key.of(
              "token-file",
              Forms.path(),
              "The gateway's own token for the API server; read anew for each question.")
          .or(POD_TOKEN);
  static final Key<Boolean> K8S_REVIEW =
      Key.of(
              "token-review",
              Forms.flag(),
              "Whether the API server is asked about each token (TokenReview) instead of its keys. "
                  + "Then a deleted pod's token ends early; the gateway's service account needs "
                  + "the role `system:auth-delegator`.")
          .or("false");
  static final Key<Duration> K8S_REVIEW_FOR =
      Key.of("review-for", Forms.duration("1s", "1h"), "How long an answer of TokenReview holds.")
          .or("1m");

  static final Section KUBERNETES_SECTION =
      Section.of(
          K8S_AUDIENCE,
          K8S_AGENTS,
          K8S_API_SERVER,
          K8S_ISSUER,
          K8S_CA_FILE,
          K8S_TOKEN_FILE,
          K8S_REVIEW,
          K8S_REVIEW_FOR);

  // identity.client-certificates
  static final Key<Path> CLIENT_CA =
      Key.of(
              "ca-file",
              Forms.path(),
              "The authorities that agents' certificates must be of, PEM. A changed file is taken"
                  + " up without a restart.")
          .must()
          .example("/etc/countersign/agents-ca.crt");
  static final Key<Boolean> REQUIRED =
      Key.of(
              "required",
              Forms.flag(),
              "Whether a connection without a certificate is refused. Else its requests need a"
                  + " token.")
          .or("false");
  static final Key<Map<String, Located<String>>> CLIENT_AGENTS =
      Key.of(
              "agents",
              Forms.map(
                  "`spiffe://domain/path` or `dns:name`",
                  "spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+)+|"
                      + ClientCertificates.DNS
                      + "[a-z0-9_-]+(\\.[a-z0-9_-]+)*",
                  AGENT,
                  "an agent's name"),
              "Which agent a certificate is of, by its SPIFFE ID or a DNS name of it.")
          .must()
          .example("{'spiffe://example.org/ns/data/sa/analyst': analyst}");

  static final Section CLIENT_SECTION = Section.of(CLIENT_CA, REQUIRED, CLIENT_AGENTS);

  // identity
  static final Key<Map<String, Draft<TokenIssuer>>> ISSUERS =
      Key.of(
              "issuers",
              Forms.named("issuer", ISSUER_SECTION.as("a mapping", IdentityKeys::issuer)),
              "Issuers of JSON Web Tokens (OpenID Connect), by a name of your own.")
          .or("{}");
  static final Key<Draft<Kubernetes>> KUBERNETES =
      Key.<Draft<Kubernetes>>of(
              "kubernetes",
              KUBERNETES_SECTION.as("a mapping", IdentityKeys::kubernetes),
              "Service-account tokens of the cluster.")
          .otherwise("none are taken")
          .example("{agents: {data/analyst: analyst}}");

  static final Key<Draft<ClientCertificates>> CLIENT_CERTIFICATES =
      Key.<Draft<ClientCertificates>>of(
              "client-certificates",
              CLIENT_SECTION.as("a mapping", IdentityKeys::clientCertificates),
              "Certificates that agents present on the agents' port, which needs `tls`.")
          .otherwise("none are asked for")
          .example(
              "{ca-file: /etc/countersign/agents-ca.crt, agents: {'dns:analyst.data': analyst}}");

  static final Section SECTION = Section.of(ISSUERS, KUBERNETES, CLIENT_CERTIFICATES);

  /** All of it. */
  static final Form<Held> IDENTITY = SECTION.as("a mapping", IdentityKeys::identity);

  private IdentityKeys() {}

  /** A part, and the agents that it names. */
  record Draft<T>(T part, List<Located<String>> agents) {}

  /**
   * What was read.
   *
   * @param agents that are named in it
   * @param anyAgent whether a token may name any agent
   */
  record Held(Identity identity, List<Located<String>> agents, boolean anyAgent) {
    /** Whether somebody could be this agent without a token of its own. */
    boolean canBe(String agent) {
      return anyAgent || agents.stream().anyMatch(named -> named.value().equals(agent));
    }
  }

  private static Form<List<String>> claim() {
    return Forms.oneOrMore(
        Forms.text(
            "a claim's name",
            "[^\\p{Cntrl}]{1,200}",
            "cannot be the name of a claim",
            "write it as the token has it"),
        "a claim, or the list of members that leads to it");
  }

  private static Map<String, Algorithm> algorithms() {
    Map<String, Algorithm> words = new LinkedHashMap<>();
    for (Algorithm one : Algorithm.values()) {
      words.put(one.name(), one);
    }
    return words;
  }

  private static @Nullable Draft<TokenIssuer> issuer(Values values, Reading in) {
    String issuer = values.need(ISSUER);
    URI jwks = values.get(JWKS);
    Place at = values.place(jwks == null ? ISSUER : JWKS);
    if (!encrypted(jwks == null ? issuer : jwks.toString())) {
      in.problem(
          at,
          "the keys would be fetched over plain http, so that anybody on the way could sign tokens",
          "use https; plain http is for an issuer on this machine only");
      return null;
    }
    Path ca = values.get(CA_FILE);
    if (ca != null && !Pem.checkBundle(ca, values.place(CA_FILE), in)) {
      return null;
    }
    Map<String, Located<String>> agents = values.get(AGENTS);
    if (agents != null && agents.isEmpty()) {
      in.problem(values.place(AGENTS), "the mapping is empty", "name an agent, or remove the key");
      return null;
    }
    return new Draft<>(
        new TokenIssuer(
            issuer,
            values.need(AUDIENCE),
            jwks,
            Set.copyOf(values.need(ALGORITHMS)),
            values.need(CLOCK_SKEW),
            values.need(KEEP_KEYS),
            ca,
            null,
            values.need(AGENT_CLAIM),
            agents == null ? Map.of() : plain(agents),
            values.get(USER_CLAIM),
            values.need(ATTRIBUTES)),
        agents == null ? List.of() : List.copyOf(agents.values()));
  }

  private static String address(String text) throws Wrong {
    try {
      if (ADDRESS.matcher(text).matches() && new URI(text).getHost() != null) {
        return text;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new Wrong(
        "is not the address of an issuer",
        "write it as the tokens have it in iss: https://login.example.com/");
  }

  static boolean encrypted(String uri) {
    return TokenIssuer.mayGiveKeys(URI.create(uri));
  }

  static Map<String, String> plain(Map<String, Located<String>> located) {
    Map<String, String> plain = new LinkedHashMap<>();
    located.forEach((key, value) -> plain.put(key, value.value()));
    return plain;
  }

  private static @Nullable Draft<Kubernetes> kubernetes(Values values, Reading in) {
    URI api = values.need(K8S_API_SERVER);
    if (!encrypted(api.toString())) {
      in.problem(
          values.place(K8S_API_SERVER),
          "the API server would be asked over plain http, with the gateway's token",
          "use https");
      return null;
    }
    boolean secure = "https".equals(api.getScheme());
    Path ca = secure ? values.need(K8S_CA_FILE) : null;
    if (ca != null && !Pem.checkBundle(ca, values.place(K8S_CA_FILE), in)) {
      return null;
    }
    Map<String, Located<String>> agents = values.need(K8S_AGENTS);
    if (agents.isEmpty()) {
      in.problem(values.place(K8S_AGENTS), "the mapping is empty", "name a service account");
      return null;
    }
    return new Draft<>(
        new Kubernetes(
            values.need(K8S_AUDIENCE),
            plain(agents),
            api,
            values.need(K8S_ISSUER),
            ca,
            values.need(K8S_TOKEN_FILE),
            values.need(K8S_REVIEW) ? values.need(K8S_REVIEW_FOR) : null),
        List.copyOf(agents.values()));
  }

  private static @Nullable Draft<ClientCertificates> clientCertificates(Values values, Reading in) {
    Path ca = values.need(CLIENT_CA);
    if (!Pem.checkBundle(ca, values.place(CLIENT_CA), in)) {
      return null;
    }
    Map<String, Located<String>> agents = values.need(CLIENT_AGENTS);
    return new Draft<>(
        new ClientCertificates(ca, values.need(REQUIRED), plain(agents)),
        List.copyOf(agents.values()));
  }

  private static @Nullable Held identity(Values values, Reading in) {
    List<Located<String>> agents = new ArrayList<>();
    Map<String, TokenIssuer> issuers = new LinkedHashMap<>();
    Set<String> addresses = new TreeSet<>();
    // What is malformed has been reported, and may have named any agent.
    boolean any =
        (values.has(KUBERNETES) && values.get(KUBERNETES) == null)
            || (values.has(CLIENT_CERTIFICATES) && values.get(CLIENT_CERTIFICATES) == null)
            || (values.has(ISSUERS)
                && Section.keysOf(values.place(ISSUERS).node()).size()
                    != values.need(ISSUERS).size());
    Draft<Kubernetes> kubernetes = values.get(KUBERNETES);
    if (kubernetes != null) {
      agents.addAll(kubernetes.agents());
      if (kubernetes.part().reviewFor() == null) {
        addresses.add(kubernetes.part().issuer());
      }
    }
    for (Map.Entry<String, Draft<TokenIssuer>> each : values.need(ISSUERS).entrySet()) {
      TokenIssuer issuer = each.getValue().part();
      issuers.put(each.getKey(), issuer);
      agents.addAll(each.getValue().agents());
      any |= issuer.agents().isEmpty();
      if (!addresses.add(issuer.issuer())) {
        in.problem(
            values.place(ISSUERS),
            "the issuer " + issuer.issuer() + " stands here twice",
            "keep one; its mapping may name several agents");
      }
    }
    Draft<ClientCertificates> certificates = values.get(CLIENT_CERTIFICATES);
    if (certificates != null) {
      agents.addAll(certificates.agents());
    }
    return new Held(
        new Identity(
            issuers,
            kubernetes == null ? null : kubernetes.part(),
            certificates == null ? null : certificates.part()),
        agents,
        any);
  }

  /** The checks that need the names of all agents. */
  static void check(Held held, Set<String> agents, Reading in) {
    for (Located<String> named : held.agents()) {
      if (!agents.contains(named.value())) {
        in.problem(
            named.at(),
            "there is no agent '" + named.value() + "'",
            Nearest.suggestion(named.value(), agents, "add it to agents, or correct the name"));
      }
    }
  }
}
