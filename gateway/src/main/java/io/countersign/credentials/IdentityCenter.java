package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * A session of IAM Identity Center, by the SDK: it reads the token that {@code aws sso login} has
 * left and asks the portal for keys. For laptops. Blocks.
 *
 * @see <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html">IAM
 *     Identity Center credential provider</a>
 */
final class IdentityCenter {
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(15);

  private IdentityCenter() {}

  static FetchOutcome session(String profile, ProfileFile files, TimeSource time) {
    long asked = time.nanos();
    try (ProfileCredentialsProvider provider =
        ProfileCredentialsProvider.builder().profileFile(files).profileName(profile).build()) {
      software.amazon.awssdk.auth.credentials.AwsCredentials keys = provider.resolveCredentials();
      Instant expiration = keys.expirationTime().orElse(null);
      return new Fetched(
          AwsCredentials.of(
              keys.accessKeyId(),
              keys.secretAccessKey(),
              keys instanceof AwsSessionCredentials session ? session.sessionToken() : null),
          expiration,
          null,
          asked,
          expiration == null ? LOOK_AGAIN : null,
          false);
    } catch (SdkException | IllegalArgumentException | IllegalStateException e) {
      return CredentialFailure.once(
          Kind.PROFILE,
          "profile "
              + profile
              + " uses IAM Identity Center, which gives no session: "
              + Text.clean(String.valueOf(e.getMessage()), List.of()),
          "log in: aws sso login --profile " + profile,
          "compare sso_session, sso_account_id and sso_role_name of the profile with the portal");
    }
  }
}
