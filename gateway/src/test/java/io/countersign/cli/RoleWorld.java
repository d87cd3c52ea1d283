package io.countersign.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** What a role is asked for with, and what answers: servers on loopback, and what they say. */
final class RoleWorld {
  static final TestCertificate CERTIFICATE = TestCertificate.make();
  static final String ROLE = "arn:aws:iam::210987654321:role/team/warehouse-read";
  static final String CANARY = "c4n4ry";
  static final String STATIC =
      "{static: {access-key-id: AKIAEXAMPLE, secret-access-key: " + CANARY + "-secret}}";

  static final String NOT_AUTHORIZED =
      "User: arn:aws:iam::123456789012:user/gateway is not authorized to perform: ACTION on"
          + " resource: "
          + ROLE;

  String credentials = STATIC;
  String role = ROLE;
  String sts = "";
  final Map<String, String> environment = new HashMap<>();

  static final String ROLE_COMMAND = "aws iam get-role --role-name warehouse-read";

  /** What tells the causes of an AccessDenied apart. */
  static final String[] APART = {
    ROLE_COMMAND,
    "aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::123456789012:user/gateway",
    "--resource-arns " + ROLE
  };

  /** What STS answers to the calls for a role: a code and its message. */
  String stsCode = "";

  String stsMessage = "";

  /** What the service answers, if it is reached. */
  String serviceCode = "";

  private final List<AutoCloseable> servers = new ArrayList<>();
  Path folder = Path.of("");

  RoleWorld denied(String action) {
    return sts("AccessDenied", NOT_AUTHORIZED.replace("ACTION", action));
  }

  RoleWorld sts(String code, String message) {
    stsCode = code;
    stsMessage = message;
    return this;
  }

  RoleWorld role(String more) {
    role = "{arn: '" + ROLE + "', " + more + "}";
    return this;
  }

  RoleWorld webIdentity(String token) throws IOException {
    credentials = "web-identity";
    environment.put("AWS_ROLE_ARN", ROLE);
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", write("token", token).toString());
    role = "";
    return this;
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  static int free() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return closed.getLocalPort();
    }
  }

  /** The agent of EKS Pod Identity, which gives a session of the pod's role. */
  void podIdentity() throws IOException {
    HttpServer agent =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext(
        "/v1/credentials",
        exchange ->
            send(
                exchange,
                200,
                "application/json",
                "{\"AccessKeyId\":\"ASIAPOD\",\"SecretAccessKey\":\""
                    + CANARY
                    + "-pod\",\"Token\":\""
                    + CANARY
                    + "-pod-token\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"));
    agent.start();
    servers.add(() -> agent.stop(0));
    credentials = "container";
    environment.put(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://127.0.0.1:" + agent.getAddress().getPort() + "/v1/credentials");
    environment.put(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        write("eks-pod-identity-token", CANARY + "-authorization").toString());
  }

  /** A proxy that answers every CONNECT so. */
  int proxy(String status) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    servers.add(server);
    Thread.startVirtualThread(
        () -> {
          while (true) {
            try (Socket client = server.accept()) {
              StringBuilder head = new StringBuilder();
              while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) client.getInputStream().read());
              }
              client
                  .getOutputStream()
                  .write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException closed) {
              return;
            }
          }
        });
    return server.getLocalPort();
  }

  /** A server on 127.0.0.2, whose certificate is for other hosts. */
  int https() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own",
        CERTIFICATE.keys().getPrivate(),
        new char[0],
        new Certificate[] {CERTIFICATE.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.2", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.start();
    servers.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  static String jwt(String audience) {
    Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
    String claims =
        "{\"aud\":[\""
            + audience
            + "\"],\"iss\":\"https://oidc.eks.example/id/1\",\"exp\":1790000000,"
            + "\"sub\":\"system:serviceaccount:agents:gateway\"}";
    return url.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + url.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + "."
        + CANARY
        + "-signature";
  }

  static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void stop() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }
}
