package io.countersign.sandbox;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;

/** Real SDK clients that talk to a sandbox. */
final class AwsClients {
  static final AwsCredentials GATEWAY =
      AwsBasicCredentials.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  private AwsClients() {}

  static <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C build(
      B builder, Sandbox sandbox, AwsCredentials credentials) {
    return builder
        .endpointOverride(sandbox.endpoint())
        .region(Region.EU_WEST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(c -> c.retryStrategy(RetryMode.STANDARD))
        .build();
  }

  static S3Client s3(Sandbox sandbox, AwsCredentials credentials) {
    return build(S3Client.builder().forcePathStyle(true), sandbox, credentials);
  }

  /** Down the chain of the demo: the user, the adapter role, a role of the data account. */
  static AwsCredentials role(Sandbox sandbox, String name) {
    AwsCredentials adapter = assume(sandbox, GATEWAY, "arn:aws:iam::123456789012:role/adapter");
    return assume(sandbox, adapter, "arn:aws:iam::210987654321:role/" + name);
  }

  static AwsCredentials assume(Sandbox sandbox, AwsCredentials as, String role) {
    try (StsClient sts = build(StsClient.builder(), sandbox, as)) {
      AssumeRoleResponse response =
          sts.assumeRole(
              b -> b.roleArn(role).roleSessionName("test").externalId(Accounts.EXTERNAL_ID));
      Credentials c = response.credentials();
      return AwsSessionCredentials.create(c.accessKeyId(), c.secretAccessKey(), c.sessionToken());
    }
  }
}
