package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keys from {@code AWS_ACCESS_KEY_ID} and its companions. They have no end and are not renewed. */
record EnvironmentSource(Map<String, String> environment, TimeSource time) implements Source {
  private static final String ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
  private static final String TOKEN = "AWS_SESSION_TOKEN";

  @Override
  public @Nullable String absence() {
    return isSet(ID) || isSet(SECRET) ? null : ID + " and " + SECRET + " are not set";
  }

  private boolean isSet(String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    for (String name : new String[] {ID, SECRET}) {
      if (!isSet(name)) {
        return Source.done(
            CredentialFailure.once(
                Kind.NOT_CONFIGURED,
                "credentials from the environment: " + name + " is not set",
                "set "
                    + ID
                    + ", "
                    + SECRET
                    + " and, for temporary keys, "
                    + TOKEN
                    + " for the gateway's process, or choose another source"));
      }
    }
    AwsCredentials credentials;
    try {
      credentials =
          AwsCredentials.of(
              environment.getOrDefault(ID, "").strip(),
              environment.getOrDefault(SECRET, "").strip(),
              environment.getOrDefault(TOKEN, "").strip());
    } catch (IllegalArgumentException e) {
      return Source.done(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "credentials from the environment: " + e.getMessage(),
              "correct " + ID + ", " + SECRET + " and " + TOKEN));
    }
    return Source.done(new Fetched(credentials, null, null, time.nanos(), null, false));
  }
}
