package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * EKS Pod Identity ({@code AWS_CONTAINER_CREDENTIALS_FULL_URI}) and ECS ({@code
 * AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}). The authorization token is read from its file at each
 * fetch, because the kubelet renews it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html">
 *     Container credential provider</a>
 */
record ContainerSource(Map<String, String> environment, TimeSource time) implements Source {
  private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

  private static final String ECS = "http://169.254.170.2";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

  @Override
  public @Nullable String absence() {
    return variable(RELATIVE).isEmpty() && variable(FULL).isEmpty()
        ? FULL + " and " + RELATIVE + " are not set"
        : null;
  }

  private String variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isBlank() ? "" : value;
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    try {
      return Source.done(ask());
    } catch (SourceRefusal e) {
      return Source.done(e.failure());
    }
  }

  private Fetched ask() throws SourceRefusal {
    URI uri = endpoint();
    Map<String, String> headers = new HashMap<>();
    headers.put("Accept", "application/json");
    String token = token();
    if (!token.isEmpty()) {
      headers.put("Authorization", token);
    }
    String who = "the credentials endpoint " + uri;
    long asked = time.nanos();
    MetadataHttp.Answer answer;
    try {
      answer = MetadataHttp.exchange("GET", uri, headers, TIMEOUT);
    } catch (IOException e) {
      throw new SourceRefusal(
          CredentialFailure.passing(
              Kind.ENDPOINT_UNREACHABLE,
              who + " gives no answer: " + Text.clean(e.toString(), List.of(token)),
              isPodIdentity(uri)
                  ? "see that the eks-pod-identity-agent add-on runs on the node (kubectl -n"
                      + " kube-system get ds eks-pod-identity-agent) and that no network policy or"
                      + " proxy stands before "
                      + uri.getHost()
                      + ", in the pod: curl -sv "
                      + uri
                  : "see that the agent which serves it runs, and that its address is right"));
    }
    if (!answer.ok()) {
      boolean passes = answer.status() == 429 || answer.status() >= 500;
      String message =
          who + " answers " + answer.status() + ": " + Text.clean(answer.body(), List.of(token));
      String mend =
          isPodIdentity(uri)
              ? "see that a Pod Identity association names this namespace and service account, and"
                  + " that the role's trust policy allows sts:AssumeRole and sts:TagSession to"
                  + " pods.eks.amazonaws.com"
              : "see the log of the agent that serves it, and the authorization token";
      throw new SourceRefusal(
          passes
              ? CredentialFailure.passing(Kind.ENDPOINT_FAILED, message, mend)
              : CredentialFailure.once(Kind.ENDPOINT_FAILED, message, mend));
    }
    return CredentialDocument.parse(answer.body(), who, answer.date(), asked);
  }

  /** By its address, or by the token that the EKS webhook mounts, whatever the address. */
  private boolean isPodIdentity(URI uri) {
    return "169.254.170.23".equals(uri.getHost())
        || "[fd00:ec2::23]".equals(uri.getHost())
        || variable(TOKEN_FILE).contains("eks-pod-identity");
  }

  /** The endpoint, refused unless it is one that the token may be sent to. */
  URI endpoint() throws SourceRefusal {
    String relative = variable(RELATIVE);
    if (!relative.isEmpty()) {
      if (!relative.startsWith("/")) {
        throw refused(RELATIVE, relative, "does not begin with /");
      }
      return parsed(RELATIVE, ECS + relative);
    }
    String full = variable(FULL);
    if (full.isEmpty()) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "container credentials: " + FULL + " and " + RELATIVE + " are not set",
              "run the gateway with an EKS Pod Identity association or an ECS task role, or choose"
                  + " another source"));
    }
    return parsed(FULL, full);
  }

  private static URI parsed(String variable, String text) throws SourceRefusal {
    URI uri;
    try {
      uri = new URI(text).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw refused(variable, text, "is not a URI with a host");
    }
    String host = uri.getHost();
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (host == null || uri.getUserInfo() != null || uri.getFragment() != null) {
      throw refused(variable, text, "must have a host, and neither user nor fragment");
    }
    switch (scheme) {
      case "https" -> {}
      case "http" -> {
        if (!isLocal(host)) {
          throw refused(
              variable,
              text,
              "goes over plain HTTP to a host that is neither loopback nor 169.254.170.2,"
                  + " 169.254.170.23 or fd00:ec2::23");
        }
      }
      default -> throw refused(variable, text, "is neither http nor https");
    }
    return uri;
  }

  /** Compared as text: a name would have to be looked up, and could then be another's address. */
  private static boolean isLocal(String host) {
    return switch (host.toLowerCase(Locale.ROOT)) {
      case "169.254.170.2",
          "169.254.170.23",
          "[fd00:ec2::23]",
          "localhost",
          "[::1]",
          "[0:0:0:0:0:0:0:1]" ->
          true;
      default -> LOOPBACK_V4.matcher(host).matches();
    };
  }

  private static SourceRefusal refused(String variable, String value, String why) {
    return new SourceRefusal(
        CredentialFailure.once(
            Kind.ENDPOINT_REFUSED,
            variable + " (" + Text.clean(value, List.of()) + ") " + why,
            "use https, or one of those addresses"));
  }

  /** The token as it goes into the header, or empty. */
  private String token() throws SourceRefusal {
    String file = variable(TOKEN_FILE);
    String token = variable(TOKEN);
    String where = TOKEN;
    if (!file.isEmpty()) {
      token = TokenFile.read(Path.of(file), "container authorization token");
      where = file;
    }
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c < 0x20 || c > 0x7e) {
        throw new SourceRefusal(
            CredentialFailure.once(
                Kind.TOKEN_FILE,
                "the container authorization token of "
                    + where
                    + (c == '\r' || c == '\n' ? " has a line break" : " has a character")
                    + " at offset "
                    + i
                    + " that may not stand in a header",
                "write the token alone, without a line break at its end"));
      }
    }
    return token;
  }
}
