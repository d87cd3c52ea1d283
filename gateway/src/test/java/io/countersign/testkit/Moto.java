package io.countersign.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * moto with the checks of signatures and IAM switched on, filled by {@code moto_bootstrap.py}. One
 * instance serves all tests of the JVM; it ends with the JVM.
 */
public final class Moto {
  private static @Nullable Moto shared;

  private final URI endpoint;
  private final JsonNode facts;
  private final ServerProcess server;

  private Moto(URI endpoint, JsonNode facts, ServerProcess server) {
    this.endpoint = endpoint;
    this.facts = facts;
    this.server = server;
  }

  /** The instance of this JVM, started by the first call. */
  public static synchronized Moto start() {
    if (shared == null) {
      shared = launch();
    }
    return shared;
  }

  private static Moto launch() {
    PythonVenv venv = PythonTools.moto();
    int port = Places.freePort();
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    ServerProcess server =
        ServerProcess.start(
                "moto",
                venv.bareEnvironment(),
                Places.target("it-home"),
                List.of(
                    venv.python().toString(),
                    Places.python("tied.py").toString(),
                    Places.python("strict_moto.py").toString(),
                    "-H",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port)))
            .awaitHealthy(endpoint.resolve("/moto-api/data.json"), Duration.ofMinutes(1));
    Command bootstrap =
        Command.run(
                venv.bareEnvironment(),
                Places.target("it-home"),
                Duration.ofMinutes(1),
                List.of(
                    venv.python().toString(),
                    Places.python("moto_bootstrap.py").toString(),
                    endpoint.toString()))
            .orFail("moto_bootstrap.py");
    try {
      return new Moto(endpoint, new ObjectMapper().readTree(bootstrap.output()), server);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("moto_bootstrap.py wrote: " + bootstrap.output(), e);
    }
  }

  /** Where it listens, on loopback, without TLS. */
  public URI endpoint() {
    return endpoint;
  }

  /** What the bootstrap printed, for the client scripts. */
  public JsonNode facts() {
    return facts;
  }

  /** One of the facts, such as {@code bucket} or {@code secretAccessKey}. */
  public String fact(String name) {
    return facts.required(name).asText();
  }

  /**
   * The ARN of the role {@code agents}, {@code partner} (with an external ID), {@code nothing},
   * {@code adapter}, {@code warehouse} (for sessions of the one before, with an external ID),
   * {@code everything} (which may do everything) or {@code pod} (for web identities).
   */
  public String role(String name) {
    return facts.required("roles").required(name).asText();
  }

  /** A new session of a role, by the gateway's user, as its holder would be given it. */
  public RoleSession assume(String role, String sessionName) {
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(fact("accessKeyId"), fact("secretAccessKey"))))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      Credentials given =
          sts.assumeRole(r -> r.roleArn(role(role)).roleSessionName(sessionName)).credentials();
      return new RoleSession(
          given.accessKeyId(), given.secretAccessKey(), given.sessionToken(), given.expiration());
    }
  }

  /** What moto has written so far: its access log, and each request that it refused. */
  public String output() {
    return server.output();
  }
}
