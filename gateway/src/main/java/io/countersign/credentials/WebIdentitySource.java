package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.credentials.CredentialFailure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * IRSA: {@code AssumeRoleWithWebIdentity} with a token from a file, read anew at each fetch because
 * the kubelet renews it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html">
 *     IAM roles for service accounts</a>
 */
record WebIdentitySource(
    CredentialSource.WebIdentity source,
    Map<String, String> environment,
    StsTarget target,
    StsCalls sts,
    Pace pace,
    TimeSource time)
    implements Source {
  /** What STS gives where none is asked for. */
  private static final Duration DURATION = Duration.ofHours(1);

  private static final String ROLE = "AWS_ROLE_ARN";
  private static final String FILE = "AWS_WEB_IDENTITY_TOKEN_FILE";

  @Override
  public @Nullable String absence() {
    if (source.tokenFile() == null && environment.getOrDefault(FILE, "").isBlank()) {
      return FILE + " is not set";
    }
    return null;
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    Arn role;
    Path file;
    String token;
    try {
      role = role();
      file = file();
      token = token(file);
    } catch (SourceRefusal e) {
      return Source.done(e.failure());
    }
    return call(urgency, role, file, token, true);
  }

  private CompletableFuture<FetchOutcome> call(
      Urgency urgency, Arn role, Path file, String token, boolean mayReread) {
    String session = environment.getOrDefault("AWS_ROLE_SESSION_NAME", "countersign");
    return pace.call(
            new Pace.Payer(target, role.account()),
            urgency,
            () -> {
              long asked = time.nanos();
              return sts.assumeRoleWithWebIdentity(target, role, session, token)
                  .thenApply(reply -> StsReply.at(asked, reply));
            })
        .thenCompose(
            reply ->
                switch (reply) {
                  case StsReply.Answered<StsReply.Asked>(StsReply.Asked answer) ->
                      // Nobody signed the request, so nothing else says whose clock the date is.
                      Source.done(answer.withoutForeignDate(DURATION).fetched());
                  case StsReply.Failed<StsReply.Asked>(StsFailure failure) -> {
                    CredentialFailure told =
                        Diagnosis.webIdentity(failure, role, file, TokenClaims.read(token), target);
                    if (told.kind() == Kind.TOKEN_REJECTED && mayReread) {
                      yield again(urgency, role, file, token, told);
                    }
                    yield Source.done(told);
                  }
                });
  }

  /** The file may have been replaced between our reading and STS's looking: once more if so. */
  private CompletableFuture<FetchOutcome> again(
      Urgency urgency, Arn role, Path file, String refused, CredentialFailure told) {
    try {
      String token = token(file);
      return token.equals(refused) ? Source.done(told) : call(urgency, role, file, token, false);
    } catch (SourceRefusal e) {
      return Source.done(e.failure());
    }
  }

  private Arn role() throws SourceRefusal {
    if (source.roleArn() != null) {
      return source.roleArn();
    }
    String arn = environment.getOrDefault(ROLE, "").strip();
    if (arn.isEmpty()) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "web identity: " + ROLE + " is not set",
              "annotate the service account with eks.amazonaws.com/role-arn, or set role-arn of"
                  + " the source"));
    }
    try {
      return Arn.parse(arn);
    } catch (IllegalArgumentException e) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "web identity: " + ROLE + ": " + e.getMessage(),
              "set " + ROLE + " to the ARN of a role"));
    }
  }

  private Path file() throws SourceRefusal {
    if (source.tokenFile() != null) {
      return source.tokenFile();
    }
    String file = environment.getOrDefault(FILE, "").strip();
    if (file.isEmpty()) {
      throw new SourceRefusal(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "web identity: " + FILE + " is not set",
              "mount the service account's token into the gateway's container and set token-file"
                  + " of the source"));
    }
    return Path.of(file);
  }

  private static String token(Path file) throws SourceRefusal {
    return TokenFile.read(file, "web identity token").strip();
  }
}
