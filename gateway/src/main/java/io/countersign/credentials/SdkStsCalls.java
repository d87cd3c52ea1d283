package io.countersign.credentials;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.StsFailure.Obstacle;
import io.countersign.signer.AwsCredentials;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.endpoints.StsEndpointProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;
import software.amazon.awssdk.services.sts.model.Tag;

/**
 * Calls STS through the AWS SDK's blocking client, on the workers. One client for each target; the
 * SDK's retries are off, because the cache paces them, and its environment variables and profile
 * files for endpoints are without effect, because only the gateway's configuration sets endpoints.
 */
final class SdkStsCalls implements StsCalls {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration READ = Duration.ofSeconds(8);
  private static final Duration CALL = Duration.ofSeconds(10);

  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9.]{1,100})</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

  private final Executor workers;
  private final ConcurrentHashMap<StsTarget, StsClient> clients = new ConcurrentHashMap<>();

  /**
   * @param workers may block: virtual threads
   */
  SdkStsCalls(Executor workers) {
    this.workers = workers;
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRole(
      StsTarget sts, AwsCredentials caller, RoleHop hop, Duration duration) {
    return call(
        sts,
        List.of(
            caller.secretAccessKey(), caller.sessionToken() == null ? "" : caller.sessionToken()),
        () -> {
          AssumeRoleResponse answer =
              client(sts)
                  .assumeRole(
                      request ->
                          request
                              .roleArn(hop.arn().toString())
                              .roleSessionName(hop.sessionName())
                              .externalId(hop.externalId())
                              .durationSeconds(Math.toIntExact(duration.toSeconds()))
                              .sourceIdentity(hop.sourceIdentity())
                              .tags(tags(hop))
                              .policy(hop.policy())
                              .policyArns(policies(hop))
                              .transitiveTagKeys(
                                  hop.transitiveTags().isEmpty()
                                      ? null
                                      : hop.transitiveTags().stream().sorted().toList())
                              .overrideConfiguration(o -> o.credentialsProvider(provider(caller))));
          return assumed(
              answer.credentials(),
              answer.assumedRoleUser() == null ? null : answer.assumedRoleUser().arn(),
              answer.sdkHttpResponse());
        });
  }

  private static @Nullable List<PolicyDescriptorType> policies(RoleHop hop) {
    return hop.policyArns().isEmpty()
        ? null
        : hop.policyArns().stream()
            .sorted()
            .map(arn -> PolicyDescriptorType.builder().arn(arn).build())
            .toList();
  }

  private static @Nullable List<Tag> tags(RoleHop hop) {
    return hop.sessionTags().isEmpty()
        ? null
        : hop.sessionTags().entrySet().stream()
            .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
            .toList();
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Assumed>> assumeRoleWithWebIdentity(
      StsTarget sts, Arn role, String sessionName, String token) {
    return call(
        sts,
        List.of(token),
        () -> {
          AssumeRoleWithWebIdentityResponse answer =
              client(sts)
                  .assumeRoleWithWebIdentity(
                      request ->
                          request
                              .roleArn(role.toString())
                              .roleSessionName(sessionName)
                              .webIdentityToken(token));
          return assumed(
              answer.credentials(),
              answer.assumedRoleUser() == null ? null : answer.assumedRoleUser().arn(),
              answer.sdkHttpResponse());
        });
  }

  @Override
  public CompletableFuture<StsReply<StsReply.Identity>> getCallerIdentity(
      StsTarget sts, AwsCredentials caller) {
    return call(
        sts,
        List.of(
            caller.secretAccessKey(), caller.sessionToken() == null ? "" : caller.sessionToken()),
        () -> {
          GetCallerIdentityResponse answer =
              client(sts)
                  .getCallerIdentity(
                      request ->
                          request.overrideConfiguration(
                              o -> o.credentialsProvider(provider(caller))));
          if (answer.account() == null || answer.arn() == null) {
            return notSts(answer.sdkHttpResponse());
          }
          return new StsReply.Answered<>(new StsReply.Identity(answer.account(), answer.arn()));
        });
  }

  private static StsReply<StsReply.Assumed> assumed(
      @Nullable Credentials credentials, @Nullable String arn, SdkHttpResponse http) {
    if (credentials == null
        || credentials.accessKeyId() == null
        || credentials.secretAccessKey() == null
        || credentials.sessionToken() == null
        || credentials.expiration() == null) {
      return notSts(http);
    }
    AwsCredentials session;
    try {
      session =
          AwsCredentials.of(
              credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
    } catch (IllegalArgumentException e) {
      return notSts(http);
    }
    return new StsReply.Answered<>(
        new StsReply.Assumed(
            session, credentials.expiration(), date(http), arn == null ? "" : arn));
  }

  private static @Nullable Instant date(SdkHttpResponse http) {
    return MetadataHttp.date(http.firstMatchingHeader("Date").orElse(null));
  }

  private static <T> StsReply<T> notSts(SdkHttpResponse http) {
    return new StsReply.Failed<>(
        new StsFailure(
            null,
            http.statusCode(),
            "the answer lacks what an answer of STS has",
            null,
            date(http)));
  }

  private <T> CompletableFuture<StsReply<T>> call(
      StsTarget sts, List<String> secrets, Supplier<StsReply<T>> blocking) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return blocking.get();
          } catch (AwsServiceException e) {
            return new StsReply.Failed<>(refused(e, sts, secrets));
          } catch (ApiCallTimeoutException e) {
            return new StsReply.Failed<>(
                StsFailure.unreachable("no answer within " + CALL.toSeconds() + " s"));
          } catch (SdkClientException e) {
            return new StsReply.Failed<>(Obstacles.failure(e, Text.clean(cause(e), secrets)));
          }
        },
        workers);
  }

  private static StsFailure refused(AwsServiceException e, StsTarget sts, List<String> secrets) {
    AwsErrorDetails details = e.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    String message = details == null ? null : details.errorMessage();
    Instant date =
        details == null || details.sdkHttpResponse() == null
            ? null
            : date(details.sdkHttpResponse());
    if (code == null || code.isBlank()) {
      // Some that speak STS wrap the error as EC2 does, which the SDK does not look into.
      String body = details == null ? "" : start(details.rawResponse());
      code = found(CODE, body);
      message = found(MESSAGE, body);
    }
    if (code == null) {
      // A proxy in front of plain http answers in place of STS.
      boolean proxy = e.statusCode() == 407 || (sts.proxy() != null && e.statusCode() == 403);
      return new StsFailure(
          null,
          e.statusCode(),
          "the answer is not an error of STS's form",
          e.requestId(),
          date,
          !proxy ? null : e.statusCode() == 407 ? Obstacle.PROXY_USER : Obstacle.PROXY);
    }
    return new StsFailure(
        Text.clean(code, secrets),
        e.statusCode(),
        Text.clean(message == null || message.isBlank() ? "no message" : message, secrets),
        e.requestId(),
        date);
  }

  private static String start(@Nullable SdkBytes body) {
    if (body == null) {
      return "";
    }
    byte[] bytes = body.asByteArrayUnsafe();
    return new String(bytes, 0, Math.min(bytes.length, 8192), StandardCharsets.UTF_8);
  }

  private static @Nullable String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** The innermost cause says most: the SDK's own text is about itself. */
  private static String cause(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 16; depth++) {
      root = root.getCause();
    }
    return root.equals(thrown)
        ? String.valueOf(root.getMessage())
        : root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  private static AwsCredentialsProvider provider(AwsCredentials caller) {
    String token = caller.sessionToken();
    return StaticCredentialsProvider.create(
        token == null
            ? AwsBasicCredentials.create(caller.accessKeyId(), caller.secretAccessKey())
            : AwsSessionCredentials.create(caller.accessKeyId(), caller.secretAccessKey(), token));
  }

  private StsClient client(StsTarget target) {
    return clients.computeIfAbsent(target, SdkStsCalls::open);
  }

  /** The configured endpoint, or the regional one of AWS; never the global one. */
  static URI endpoint(StsTarget target) {
    if (target.endpoint() != null) {
      return target.endpoint();
    }
    return StsEndpointProvider.defaultProvider()
        .resolveEndpoint(
            p ->
                p.region(Region.of(target.region()))
                    .useGlobalEndpoint(false)
                    .useFips(target.fips())
                    .useDualStack(target.dualStack()))
        .join()
        .endpointUrl()
        .toUri();
  }

  private static StsClient open(StsTarget target) {
    return StsClient.builder()
        .region(Region.of(target.region()))
        .endpointOverride(endpoint(target))
        .fipsEnabled(false)
        .dualstackEnabled(false)
        .credentialsProvider(AnonymousCredentialsProvider.create())
        .httpClient(http(target))
        .overrideConfiguration(
            o ->
                o.retryStrategy(AwsRetryStrategy.doNotRetry())
                    .apiCallTimeout(CALL)
                    .defaultProfileFile(ProfileFile.aggregator().build())
                    .defaultProfileName("none"))
        .build();
  }

  /** What reaches the target; neither kind holds anything that must be closed. */
  private static SdkHttpClient http(StsTarget target) {
    if (target.proxy() != null || target.caBundle() != null || target.certificateHost() != null) {
      return new DirectHttp(
          target.proxy(),
          TrustedCas.sockets(target.caBundle()),
          target.certificateHost(),
          CONNECT,
          READ);
    }
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(READ);
    if (target.endpoint() != null) {
      // An endpoint of one's own is reached directly.
      http.proxyConfiguration(
          ProxyConfiguration.builder()
              .useSystemPropertyValues(false)
              .useEnvironmentVariablesValues(false)
              .build());
    }
    return http.build();
  }

  @Override
  public void close() {
    clients.values().forEach(StsClient::close);
    clients.clear();
  }
}
