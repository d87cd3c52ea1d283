package io.countersign.signer.sdk;

import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * The scheme {@code aws.auth#sigv4} with {@link CountersignHttpSigner} for a signer: give it to
 * {@code putAuthScheme} of a client's builder. Safe for any number of threads and clients; clients
 * that share one share its cache of keys.
 */
public final class CountersignAuthScheme implements AwsV4AuthScheme {

  private final CountersignHttpSigner signer;

  private CountersignAuthScheme(CountersignHttpSigner signer) {
    this.signer = signer;
  }

  /** A scheme over a signer of its own. */
  public static CountersignAuthScheme create() {
    return new CountersignAuthScheme(CountersignHttpSigner.create());
  }

  @Override
  public String schemeId() {
    return SCHEME_ID;
  }

  @Override
  public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
    return providers.identityProvider(AwsCredentialsIdentity.class);
  }

  @Override
  public AwsV4HttpSigner signer() {
    return signer;
  }
}
