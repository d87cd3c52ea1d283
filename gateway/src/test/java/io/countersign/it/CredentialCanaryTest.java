package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.testkit.AdminSlots;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.ToolDoorClient;
import io.countersign.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Every source of credentials, from its first fetch through use, renewal and eviction to the end of
 * the gateway, with issuers that behave and issuers that do not: no secret that went in or came
 * back is in a log, an error, a metric or a page.
 */
class CredentialCanaryTest {
  private static final String CANARY = "c4n4ry";
  private static final String AGENT = "c4n4ry-agent-0123456789abcdef0123456789abcdef";
  private static final List<String> SOURCES =
      List.of("static", "environment", "profile", "process", "web", "container", "imds");

  /** How everybody who gives out credentials behaves. */
  enum Issuers {
    /** Well. */
    GOOD,
    /** Each repeats in its refusal whatever it was told. */
    ECHO,
    /** Each breaks off in the middle of the secrets. */
    HALF
  }

  @TempDir private Path folder = Path.of("");

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger sdk = (Logger) LoggerFactory.getLogger("software.amazon.awssdk");
  private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
  private final Level before = root.getLevel();
  private HttpServer issuer;
  private volatile Issuers issuers = Issuers.GOOD;

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext("/", this::answer);
    issuer.start();
    logged.start();
    root.setLevel(Level.DEBUG);
    // The gateway's own logging holds these two at WARN, whatever the configuration says.
    sdk.setLevel(Level.WARN);
    netty.setLevel(Level.WARN);
    root.detachAppender("out"); // thousands of lines that nobody reads
    root.addAppender(logged);
  }

  @AfterEach
  void stop() {
    issuer.stop(0);
    root.detachAppender(logged);
    root.setLevel(before);
    sdk.setLevel(null);
    netty.setLevel(null);
  }

  // ---- those who give out credentials, and the service that they are for ----

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String told =
        URLDecoder.decode(body, StandardCharsets.UTF_8)
            + " "
            + body
            + " "
            + exchange.getRequestHeaders().values();
    switch (exchange.getRequestURI().getPath()) {
      case "/" -> sts(exchange, body, told);
      case "/latest/api/token" -> write(exchange, 200, "c4n4ry-imds-token-0123456789");
      case "/latest/meta-data/iam/security-credentials/" -> write(exchange, 200, "node");
      default -> document(exchange, told);
    }
  }

  private void sts(HttpExchange exchange, String form, String told) throws IOException {
    if (form.contains("Action=GetCallerIdentity")) {
      write(
          exchange,
          200,
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::1:me</Arn>"
              + "<UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
              + "</GetCallerIdentityResponse>");
      return;
    }
    String action = form.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole";
    String whole =
        "<%1$sResponse><%1$sResult><Credentials><AccessKeyId>ASIAFROMSTS</AccessKeyId>"
                .formatted(action)
            + "<SecretAccessKey>c4n4ry-secret-of-sts</SecretAccessKey>"
            + "<SessionToken>c4n4ry/token+of==sts</SessionToken>"
            + "<Expiration>2126-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser>"
            + "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s"
            + "</AssumedRoleId></AssumedRoleUser></%1$sResult></%1$sResponse>".formatted(action);
    switch (issuers) {
      case GOOD -> write(exchange, 200, whole);
      case ECHO ->
          write(
              exchange,
              400,
              "<ErrorResponse><Error><Code>ValidationError</Code><Message>"
                  + told.replace("&", "&amp;").replace("<", "&lt;")
                  + "</Message></Error></ErrorResponse>");
      case HALF -> write(exchange, 200, whole.substring(0, whole.indexOf("</SessionToken>")));
    }
  }

  private void document(HttpExchange exchange, String told) throws IOException {
    String whole =
        """
        {"Code":"Success","AccessKeyId":"ASIAFROMNODE","SecretAccessKey":"c4n4ry-of-the-node",
        "Token":"c4n4ry/token+of==node","Expiration":"2126-01-01T00:00:00Z"}\
        """;
    switch (issuers) {
      case GOOD -> write(exchange, 200, whole);
      case ECHO -> write(exchange, 400, "not allowed: " + told);
      case HALF -> write(exchange, 200, whole.substring(0, whole.indexOf("\",\"Expiration")));
    }
  }

  private static void write(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  // ---- the gateway ----

  private RunningGateway gateway() throws IOException {
    String endpoint = "http://127.0.0.1:" + issuer.getAddress().getPort();
    Path webToken = Files.writeString(folder.resolve("web-token"), "c4n4ry.web+identity/token==");
    Path podToken = Files.writeString(folder.resolve("pod-token"), "c4n4ry-pod-token-0123456789");
    Path shared =
        Files.writeString(
            folder.resolve("credentials"),
            """
            [keys]
            aws_access_key_id = AKIAOFPROFILE
            aws_secret_access_key = c4n4ry-of-the-profile
            aws_session_token = c4n4ry-token-of-the-profile
            """);
    Path process = folder.resolve("process.sh");
    Files.writeString(
        process,
        issuers == Issuers.GOOD
            ? """
            printf '{"Version":1,"AccessKeyId":"ASIAOFPROCESS",'
            printf '"SecretAccessKey":"c4n4ry-of-the-process","SessionToken":"c4n4ry-process"}'
            """
            : """
            printf 'cannot use c4n4ry-of-the-process' >&2
            printf '{"Version":1,"AccessKeyId":"ASIAOFPROCESS","SecretAccessKey":"c4n4ry-of-the-pro'
            exit %d
            """
                .formatted(issuers == Issuers.ECHO ? 3 : 0));
    Path config =
        Files.writeString(
            folder.resolve("config"),
            "[profile process]\ncredential_process = /bin/sh " + process + "\n");
    StringBuilder yaml =
        new StringBuilder(
            """
            sts: { region: us-east-1, endpoint: '%s' }
            timeouts: { credentials: %s }
            agents:
              analyst: { token: '${env:AGENT}', allow: [{ connector: '*' }] }
            connectors:
            """
                .formatted(endpoint, issuers == Issuers.GOOD ? "20s" : "500ms"));
    for (String source : SOURCES) {
      String credentials =
          switch (source) {
            case "static" ->
                "{ static: { access-key-id: AKIASTATIC, secret-access-key: '${env:STATIC}',"
                    + " session-token: '${env:STATIC_TOKEN}' } }";
            case "profile" -> "{ profile: keys }";
            case "process" -> "{ profile: process, credential-processes: [process] }";
            case "web" ->
                "{ web-identity: { role-arn: 'arn:aws:iam::123456789012:role/pod', token-file: '"
                    + webToken
                    + "' } }";
            default -> source;
          };
      yaml.append(
          """
            %1$s:
              service: sts
              region: us-east-1
              endpoint: '%2$s'
              credentials: %3$s
            %1$s-role:
              service: sts
              region: us-east-1
              endpoint: '%2$s'
              credentials: %3$s
              role: { arn: 'arn:aws:iam::123456789012:role/%1$s', external-id: an-external-id }
          """
              .formatted(source, endpoint, credentials));
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
    environment.put("AWS_SECRET_ACCESS_KEY", "c4n4ry-of-the-environment");
    environment.put("AWS_SESSION_TOKEN", "c4n4ry-token-of-the-environment");
    environment.put("AWS_CONFIG_FILE", config.toString());
    environment.put("AWS_SHARED_CREDENTIALS_FILE", shared.toString());
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint + "/v1/credentials");
    environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", podToken.toString());
    environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint);
    return RunningGateway.start(
        "credential-canary",
        yaml.toString(),
        Map.of("AGENT", AGENT, "STATIC", "c4n4ry-static", "STATIC_TOKEN", "c4n4ry/static+token=="),
        environment);
  }

  private String log() {
    StringBuilder text = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(logged.list)) {
      text.append(event.getFormattedMessage()).append('\n');
      if (event.getThrowableProxy() != null) {
        text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void noSecretIsInAnythingThatIsWrittenOrAnswered(Issuers behaviour) throws Exception {
    issuers = behaviour;
    StringBuilder seen = new StringBuilder();
    RunningGateway gateway = gateway();
    try (gateway) {
      AdminSlots admin = new AdminSlots(gateway);
      ToolDoorClient agent = new ToolDoorClient(gateway, AGENT);
      for (String source : SOURCES) {
        for (String connector : List.of(source, source + "-role")) {
          ToolDoorClient.Answer answer = agent.whoAmI(connector);
          boolean there =
              behaviour == Issuers.GOOD
                  || List.of("static", "environment", "profile").contains(connector);
          assertThat(answer.status() == 200)
              .as("%s: %s", connector, answer.raw().body())
              .isEqualTo(there);
          seen.append(answer.raw().body()).append(answer.raw().headers().map()).append('\n');
        }
      }
      admin.all().forEach(admin::refresh);
      if (behaviour == Issuers.GOOD) { // else what is pinned tries on for ever
        Waiting.until(
            "the renewals",
            () -> admin.all().stream().noneMatch(slot -> slot.get("fetching").asBoolean()));
      }
      seen.append(admin.text("GET", "/v1/admin/credentials"));
      admin.all().forEach(admin::evict);
      for (String page : List.of("/v1/admin/credentials", "/metrics", "/readyz", "/livez")) {
        seen.append(admin.text("GET", page)).append('\n');
      }
    }
    seen.append(gateway.lines()).append(log());
    assertThat(seen)
        .contains("countersign_credential", "Listening for agents")
        .contains(behaviour == Issuers.GOOD ? "ASIAFROMSTS" : "no new credentials for")
        .contains(behaviour == Issuers.ECHO ? "<redacted>" : "")
        .doesNotContainIgnoringCase(CANARY);
  }
}
