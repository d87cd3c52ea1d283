package io.countersign.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * LocalStack without a container, on loopback only. It checks no signatures: it is here for the
 * breadth of what real services do. One instance serves all tests of the JVM; it ends with the JVM.
 */
public final class LocalStack {
  /** Any key is good; it makes the account. */
  public static final String ACCESS_KEY_ID = "test";

  public static final String SECRET_ACCESS_KEY = "test";
  public static final String REGION = "us-east-1";

  private static @Nullable LocalStack shared;

  private final URI endpoint;

  private LocalStack(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** The instance of this JVM, started by the first call. */
  public static synchronized LocalStack start() {
    if (shared == null) {
      shared = launch();
    }
    return shared;
  }

  private static LocalStack launch() {
    PythonVenv venv = PythonTools.localStack();
    int port = Places.freePort();
    String address = "127.0.0.1:" + port;
    Path files = Places.target("it-localstack");
    Map<String, String> environment = venv.bareEnvironment();
    environment.put("VIRTUAL_ENV", venv.home().toString());
    environment.put("XDG_CACHE_HOME", files.resolve("cache").toString());
    environment.put("TMPDIR", Places.target("it-localstack/tmp").toString());
    environment.put("FILESYSTEM_ROOT", files.resolve("root").toString());
    environment.put("OVERRIDE_IN_DOCKER", "0");
    environment.put("DNS_ADDRESS", "0");
    environment.put("DISABLE_EVENTS", "1");
    environment.put("SKIP_SSL_CERT_DOWNLOAD", "1");
    // 127.0.0.1 as it stands would bind every interface; the mapped form binds loopback
    environment.put("GATEWAY_LISTEN", "[::ffff:127.0.0.1]:" + port);
    environment.put("LOCALSTACK_HOST", address);
    environment.put("SQS_ENDPOINT_STRATEGY", "path");
    environment.put("S3_SKIP_SIGNATURE_VALIDATION", "0");
    ServerProcess.start(
            "localstack",
            environment,
            files,
            List.of(
                venv.python().toString(),
                Places.python("tied.py").toString(),
                "-m",
                "localstack.runtime.main"))
        .awaitHealthy(
            URI.create("http://" + address + "/_localstack/health"), Duration.ofMinutes(2));
    return new LocalStack(URI.create("http://" + address));
  }

  /** Waits for its STS, which it loads at the first call: that may take long. */
  public void awaitSts() {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.of(REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY_ID, SECRET_ACCESS_KEY)))
            .httpClient(
                UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(2)).build())
            .build()) {
      sts.getCallerIdentity();
    }
  }

  /** Where it listens, without TLS. */
  public URI endpoint() {
    return endpoint;
  }
}
