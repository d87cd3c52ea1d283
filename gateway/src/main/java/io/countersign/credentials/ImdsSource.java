package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The instance's role by IMDSv2: a session token by PUT, then the profile's name and credentials.
 * Without a token nothing more is asked: version 1, which any request forged on the instance could
 * read, is never used.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">
 *     IMDSv2</a>
 */
record ImdsSource(Map<String, String> environment, TimeSource time) implements Source {
  private static final String DISABLED = "AWS_EC2_METADATA_DISABLED";
  private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  private static final String MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
  private static final String PROFILES = "/latest/meta-data/iam/security-credentials/";
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Pattern PROFILE = Pattern.compile("[\\w+=,.@-]{1,128}");
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,1024}");

  @Override
  public @Nullable String absence() {
    return isDisabled() ? DISABLED + " is true" : null;
  }

  private boolean isDisabled() {
    return environment.getOrDefault(DISABLED, "").equalsIgnoreCase("true");
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
    if (isDisabled()) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED, "IMDS: " + DISABLED + " is true", "unset it"));
    }
    URI base = base();
    long asked = time.nanos();
    MetadataHttp.Answer token =
        call(
            "PUT",
            base,
            "/latest/api/token",
            Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"));
    if (!token.ok() || !TOKEN.matcher(token.body()).matches()) {
      throw refused(
          "IMDS at "
              + base
              + " gives no session token (status "
              + token.status()
              + "), and version 1 is never used",
          token.status() >= 500,
          "allow IMDSv2: aws ec2 modify-instance-metadata-options --http-tokens required"
              + " --http-endpoint enabled");
    }
    Map<String, String> session = Map.of("X-aws-ec2-metadata-token", token.body());
    MetadataHttp.Answer profile = call("GET", base, PROFILES, session);
    if (profile.status() == 404) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "IMDS at " + base + " knows no role: the instance has no instance profile",
              "attach an instance profile, or choose another source"));
    }
    String name = profile.body().strip();
    if (!profile.ok() || !PROFILE.matcher(name).matches()) {
      throw refused(
          "IMDS at "
              + base
              + " does not name the instance's role (status "
              + profile.status()
              + ")",
          true,
          "wait; if it lasts, see the instance profile");
    }
    MetadataHttp.Answer document = call("GET", base, PROFILES + name, session);
    if (!document.ok()) {
      throw refused(
          "IMDS at "
              + base
              + " gives no credentials of role "
              + name
              + " (status "
              + document.status()
              + ")",
          true,
          "wait; if it lasts, see that the role of the instance profile exists");
    }
    return CredentialDocument.parse(
        document.body(), "IMDS for role " + name, document.date(), asked);
  }

  private static SourceRefusal refused(String message, boolean passes, String mend) {
    return new SourceRefusal(
        passes
            ? CredentialFailure.passing(Kind.ENDPOINT_FAILED, message, mend)
            : CredentialFailure.once(Kind.ENDPOINT_FAILED, message, mend));
  }

  private URI base() throws SourceRefusal {
    String set = environment.getOrDefault(ENDPOINT, "").strip();
    if (set.isEmpty()) {
      boolean v6 = environment.getOrDefault(MODE, "").equalsIgnoreCase("IPv6");
      return URI.create(v6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
    }
    try {
      URI uri = URI.create(set.endsWith("/") ? set.substring(0, set.length() - 1) : set);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new SourceRefusal(
        CredentialFailure.once(
            Kind.ENDPOINT_REFUSED,
            ENDPOINT + " (" + Text.clean(set, List.of()) + ") is not an http or https address",
            "unset it, or set it to such an address"));
  }

  private static MetadataHttp.Answer call(
      String method, URI base, String path, Map<String, String> headers) throws SourceRefusal {
    try {
      return MetadataHttp.exchange(method, URI.create(base + path), headers, TIMEOUT);
    } catch (IOException e) {
      throw new SourceRefusal(
          new CredentialFailure(
              Kind.ENDPOINT_UNREACHABLE,
              "IMDS at "
                  + base
                  + " gives no answer to "
                  + method
                  + " "
                  + path
                  + ": "
                  + Text.clean(e.toString(), List.copyOf(headers.values())),
              List.of(
                  "in a container, raise the hop limit: aws ec2 modify-instance-metadata-options"
                      + " --instance-id ID --http-put-response-hop-limit 2 --http-endpoint enabled",
                  "if this is not an EC2 instance, or its metadata are blocked for pods, choose"
                      + " another source (environment, profile, web-identity, container)"),
              true,
              Duration.ZERO,
              null,
              null));
    }
  }
}
