package io.countersign.credentials;

import io.countersign.config.CredentialSource;
import io.countersign.config.Secret;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Keys from the configuration. They have no end and are not renewed. */
record StaticSource(CredentialSource.Static keys, TimeSource time) implements Source {
  @Override
  public @Nullable String absence() {
    return null;
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    Secret token = keys.sessionToken();
    AwsCredentials credentials;
    try {
      credentials =
          AwsCredentials.of(
              keys.accessKeyId(),
              keys.secretAccessKey().reveal(),
              token == null ? null : token.reveal());
    } catch (IllegalArgumentException e) {
      return Source.done(
          CredentialFailure.once(
              Kind.NOT_CONFIGURED,
              "static credentials: " + e.getMessage(),
              "correct the keys in the configuration, or in the files and variables it names"));
    }
    return Source.done(new Fetched(credentials, null, null, time.nanos(), null, false));
  }
}
