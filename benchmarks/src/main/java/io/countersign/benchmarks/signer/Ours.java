package io.countersign.benchmarks.signer;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.PresignedRequest;
import io.countersign.signer.RequestView;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.time.Duration;
import java.time.Instant;

/**
 * Countersign's signer, used as its README says: parameters made for each call from one sample of
 * the clock.
 */
final class Ours {
  static final Duration EXPIRES = Duration.ofMinutes(15);

  private final Signer signer;
  private final AwsCredentials credentials =
      AwsCredentials.of(Credentials.ACCESS_KEY_ID, Credentials.SECRET, Credentials.TOKEN);

  Ours(SigningKeys keys) {
    signer = new Signer(keys);
  }

  AwsCredentials credentials() {
    return credentials;
  }

  SignedRequest jsonPost(Call call, Instant now) throws MalformedRequestException {
    return sign("dynamodb", call, PayloadHash.ofBody(call.body()), now);
  }

  /** With the headers that the SDK signs, which sends {@code x-amz-content-sha256} to everybody. */
  SignedRequest jsonPostAsSdk(Call call, Instant now) throws MalformedRequestException {
    return signer.sign(
        SigningParameters.of(credentials, Credentials.REGION, "dynamodb", now)
            .withContentHashHeader(true),
        call,
        PayloadHash.ofBody(call.body()));
  }

  SignedRequest s3Get(Call call, Instant now) throws MalformedRequestException {
    return sign("s3", call, PayloadHash.UNSIGNED, now);
  }

  SignedRequest sign(String service, RequestView call, PayloadHash payload, Instant now)
      throws MalformedRequestException {
    return signer.sign(
        SigningParameters.of(credentials, Credentials.REGION, service, now), call, payload);
  }

  PresignedRequest presignedGet(Call call, Instant now) throws MalformedRequestException {
    return signer.presign(
        SigningParameters.of(credentials, Credentials.REGION, "s3", now),
        call,
        PayloadHash.UNSIGNED,
        EXPIRES);
  }
}
