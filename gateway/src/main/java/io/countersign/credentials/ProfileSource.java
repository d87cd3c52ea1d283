package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A profile of the shared {@code config} and {@code credentials} files, read anew at each fetch:
 * keys, {@code role_arn} with {@code source_profile} or {@code credential_source}, {@code
 * web_identity_token_file}, and sessions of IAM Identity Center through the SDK. A {@code
 * credential_process} is run for the profiles that the configuration names, and for no others.
 *
 * @param processes the profiles whose program may be run
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html">Shared files</a>
 */
record ProfileSource(String name, Set<String> processes, Sources sources, StsTarget target)
    implements Source {
  /** Keys in a file have no end; this is how soon a change of the file is seen. */
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  @Override
  public @Nullable String absence() {
    try {
      Optional<Profile> profile = files().profile(name);
      if (profile.isEmpty()) {
        return nowhere(name);
      }
      Map<String, String> p = profile.get().properties();
      return List.of(
                  "aws_access_key_id",
                  "role_arn",
                  "credential_process",
                  "sso_session",
                  "sso_start_url")
              .stream()
              .anyMatch(p::containsKey)
          ? null
          : "profile " + name + " in " + config() + " or " + credentials() + " has no credentials";
    } catch (SourceRefusal e) {
      return null; // files that are there and broken are to be told, not passed over
    }
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    try {
      return resolve(urgency, files(), name, new ArrayList<>());
    } catch (SourceRefusal e) {
      return Source.done(e.failure());
    }
  }

  /** Which profile is missing, and of which files. */
  private String nowhere(String wanted) {
    boolean config = Files.isRegularFile(config());
    boolean credentials = Files.isRegularFile(credentials());
    if (!config && !credentials) {
      return "neither "
          + config()
          + " nor "
          + credentials()
          + " exists, where profile "
          + wanted
          + " is looked for";
    }
    return "there is no profile "
        + wanted
        + " in "
        + (config ? config() : "")
        + (config && credentials ? " or " : "")
        + (credentials ? credentials() : "");
  }

  private Path config() {
    return file("AWS_CONFIG_FILE", "config");
  }

  private Path credentials() {
    return file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  }

  private Path file(String variable, String name) {
    String set = sources.environment().getOrDefault(variable, "");
    return set.isBlank() ? sources.home().resolve(".aws").resolve(name) : Path.of(set);
  }

  private ProfileFile files() throws SourceRefusal {
    ProfileFile.Aggregator both = ProfileFile.aggregator();
    add(both, credentials(), ProfileFile.Type.CREDENTIALS);
    add(both, config(), ProfileFile.Type.CONFIGURATION);
    return both.build();
  }

  private static void add(ProfileFile.Aggregator both, Path path, ProfileFile.Type type)
      throws SourceRefusal {
    if (!Files.isRegularFile(path)) {
      return;
    }
    try {
      both.addFile(ProfileFile.builder().content(path).type(type).build());
    } catch (IllegalArgumentException | IllegalStateException | java.io.UncheckedIOException e) {
      // The parser's message quotes the line, which may hold a secret.
      throw refusal(
          path + " cannot be read as a shared profile file",
          "correct the file: aws configure list");
    }
  }

  private CompletableFuture<FetchOutcome> resolve(
      Urgency urgency, ProfileFile files, String name, List<String> visited) throws SourceRefusal {
    Map<String, String> p =
        files
            .profile(name)
            .map(Profile::properties)
            .orElseThrow(
                () ->
                    refusal(
                        nowhere(name),
                        "add it, or set the connector's profile to one that is there"));
    boolean again = visited.contains(name);
    visited.add(name);
    if (p.containsKey("role_arn") && !again) {
      return assumed(urgency, files, name, p, visited);
    }
    if (p.containsKey("aws_access_key_id")) {
      return Source.done(keys(name, p));
    }
    if (again) {
      throw refusal(
          "the profiles " + String.join(" → ", visited) + " go round in a circle",
          "let one of them hold keys or a credential_source");
    }
    String process = p.get("credential_process");
    if (process != null) {
      if (!processes.contains(name)) {
        throw refusal(
            "profile " + name + " has a credential_process, which may not be run",
            "choose a profile with keys, a role or a web identity, or add "
                + name
                + " to credential-processes of the connector's credentials");
      }
      return Source.done(CredentialProcess.run(name, process, sources.time()));
    }
    if (p.containsKey("sso_session") || p.containsKey("sso_start_url")) {
      return Source.done(IdentityCenter.session(name, files, sources.time()));
    }
    throw refusal(
        "profile " + name + " has no credentials",
        "add aws_access_key_id and aws_secret_access_key, or role_arn with source_profile");
  }

  private Fetched keys(String name, Map<String, String> p) throws SourceRefusal {
    try {
      AwsCredentials keys =
          AwsCredentials.of(
              p.getOrDefault("aws_access_key_id", ""),
              p.getOrDefault("aws_secret_access_key", ""),
              p.get("aws_session_token"));
      return new Fetched(keys, null, null, sources.time().nanos(), LOOK_AGAIN, false);
    } catch (IllegalArgumentException e) {
      throw refusal("profile " + name + ": " + e.getMessage(), "correct the profile's keys");
    }
  }

  private CompletableFuture<FetchOutcome> assumed(
      Urgency urgency, ProfileFile files, String name, Map<String, String> p, List<String> visited)
      throws SourceRefusal {
    Arn role;
    try {
      role = Arn.parse(p.getOrDefault("role_arn", ""));
    } catch (IllegalArgumentException e) {
      throw refusal("profile " + name + ": " + e.getMessage(), "correct its role_arn");
    }
    StsTarget sts = target.in(p.getOrDefault("region", target.region()));
    String tokenFile = p.get("web_identity_token_file");
    if (tokenFile != null) {
      return new WebIdentitySource(
              new CredentialSource.WebIdentity(role, Path.of(tokenFile)),
              sources.environment(),
              sts,
              sources.sts(),
              sources.pace(),
              sources.time())
          .fetch(urgency);
    }
    if (p.containsKey("mfa_serial")) {
      throw refusal(
          "profile " + name + " asks for an MFA code, which the gateway cannot give",
          "choose a role whose trust policy does not ask for MFA");
    }
    RoleHop hop =
        new RoleHop(
            role,
            p.get("external_id"),
            p.getOrDefault("role_session_name", "countersign"),
            seconds(name, p.getOrDefault("duration_seconds", "3600")),
            new TreeMap<>(),
            Set.of(),
            null);
    return bottom(urgency, files, name, p, visited)
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case CredentialFailure failure -> Source.done(failure);
                  case Fetched caller -> assume(urgency, sts, caller, hop);
                });
  }

  private CompletableFuture<FetchOutcome> assume(
      Urgency urgency, StsTarget sts, Fetched caller, RoleHop hop) {
    return sources
        .pace()
        .call(
            new Pace.Payer(sts, new CredentialSource.Profile(name)),
            urgency,
            () -> {
              long asked = sources.time().nanos();
              return sources
                  .sts()
                  .assumeRole(sts, caller.credentials(), hop, hop.duration())
                  .thenApply(reply -> StsReply.at(asked, reply));
            })
        .thenApply(
            reply ->
                switch (reply) {
                  case StsReply.Answered<StsReply.Asked>(StsReply.Asked session) ->
                      session.fetched();
                  case StsReply.Failed<StsReply.Asked>(StsFailure failure) ->
                      Diagnosis.assumeRole(
                          failure,
                          new CredentialKey.OfRole(
                              new CredentialKey.OfSource(new CredentialSource.Profile(name), sts),
                              sts,
                              hop));
                });
  }

  /** The credentials that a profile's role is assumed with. */
  private CompletableFuture<FetchOutcome> bottom(
      Urgency urgency, ProfileFile files, String name, Map<String, String> p, List<String> visited)
      throws SourceRefusal {
    String profile = p.get("source_profile");
    String source = p.get("credential_source");
    if (profile != null) {
      return resolve(urgency, files, profile, visited);
    }
    return switch (source) {
      case "Environment" ->
          new EnvironmentSource(sources.environment(), sources.time()).fetch(urgency);
      case "EcsContainer" ->
          new ContainerSource(sources.environment(), sources.time()).fetch(urgency);
      case "Ec2InstanceMetadata" ->
          new ImdsSource(sources.environment(), sources.time()).fetch(urgency);
      case null ->
          throw refusal(
              "profile " + name + " has role_arn, and neither source_profile nor credential_source",
              "add one of them");
      default ->
          throw refusal(
              "profile "
                  + name
                  + ": credential_source "
                  + Text.clean(source, List.of())
                  + " is not known",
              "use Environment, EcsContainer or Ec2InstanceMetadata");
    };
  }

  private static Duration seconds(String name, String text) throws SourceRefusal {
    try {
      return Duration.ofSeconds(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw refusal(
          "profile " + name + ": duration_seconds is not a number of seconds", "correct it");
    }
  }

  private static SourceRefusal refusal(String message, String mend) {
    return new SourceRefusal(CredentialFailure.once(Kind.PROFILE, message, mend));
  }
}
