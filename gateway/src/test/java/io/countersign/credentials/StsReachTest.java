package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.countersign.config.HttpProxy;
import io.countersign.config.Secret;
import io.countersign.signer.AwsCredentials;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How STS is reached: proxies, a private authority, a certificate of another name, AWS's endpoints.
 */
@Timeout(60)
class StsReachTest {
  private static final TestCertificate CERTIFICATE = TestCertificate.make();
  private static final AwsCredentials KEYS = AwsCredentials.of("AKIAX", "secret", null);
  private static final String ANSWER =
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/u</Arn>"
          + "<Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

  @TempDir private Path folder;
  private Path bundle = Path.of("none");
  private @Nullable HttpsServer sts;
  private int port;

  /** STS on 127.0.0.2, whose certificate is for localhost and 127.0.0.1. */
  @BeforeEach
  void start() throws Exception {
    bundle = folder.resolve("ca.pem");
    CERTIFICATE.write(bundle, folder.resolve("key.pem"));
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
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0); // chunked
          exchange.getResponseBody().write(ANSWER.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    port = server.getAddress().getPort();
    sts = server;
  }

  @AfterEach
  void stop() {
    if (sts != null) {
      sts.stop(0);
    }
  }

  private StsReply<StsReply.Identity> ask(
      @Nullable HttpProxy proxy, @Nullable Path caBundle, @Nullable String certificateHost) {
    StsTarget target =
        new StsTarget(
            "eu-west-1",
            URI.create("https://127.0.0.2:" + port),
            false,
            false,
            proxy,
            caBundle,
            certificateHost);
    try (SdkStsCalls calls = new SdkStsCalls(Runnable::run)) {
      return calls.getCallerIdentity(target, KEYS).join();
    }
  }

  private static String failure(StsReply<StsReply.Identity> reply) {
    return reply instanceof StsReply.Failed<StsReply.Identity>(StsFailure failure)
        ? failure.said()
        : "it did not fail: " + reply;
  }

  @Test
  void aCertificateOfAnotherNameIsTakenWhereItsNameIsGiven() {
    assertThat(failure(ask(null, bundle, null))).contains("127.0.0.2");
    assertThat(failure(ask(null, bundle, "sts.eu-west-1.amazonaws.com")))
        .contains("sts.eu-west-1.amazonaws.com");
    assertThat(ask(null, bundle, "localhost")).isInstanceOf(StsReply.Answered.class);
  }

  @Test
  void onlyTheAuthoritiesOfTheBundleAreTrusted() {
    assertThat(failure(ask(null, null, "localhost"))).containsIgnoringCase("certification path");
    assertThat(failure(ask(null, folder.resolve("absent"), "localhost"))).contains("ca-bundle");
    assertThat(failure(ask(null, folder.resolve("key.pem"), "localhost"))).contains("ca-bundle");
  }

  /** Opens tunnels for one user and password. */
  private static ServerSocket proxy(String authorization, List<String> seen) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          while (true) {
            try {
              Socket client = server.accept();
              Thread.startVirtualThread(() -> tunnel(client, authorization, seen));
            } catch (IOException closed) {
              return;
            }
          }
        });
    return server;
  }

  private static void tunnel(Socket client, String authorization, List<String> seen) {
    try (client) {
      String head = head(client.getInputStream());
      seen.add(head);
      if (!head.contains("Proxy-Authorization: Basic " + authorization + "\r\n")) {
        client
            .getOutputStream()
            .write("HTTP/1.1 407 X\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        return;
      }
      String target = head.substring("CONNECT ".length(), head.indexOf(" HTTP/1.1"));
      int colon = target.lastIndexOf(':');
      try (Socket upstream =
          new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
        client
            .getOutputStream()
            .write("HTTP/1.1 200 X\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        Thread back =
            Thread.startVirtualThread(
                () -> {
                  try {
                    upstream.getInputStream().transferTo(client.getOutputStream());
                  } catch (IOException ended) {
                    // the other side has what it needs
                  }
                });
        client.getInputStream().transferTo(upstream.getOutputStream());
        back.join();
      }
    } catch (IOException ended) {
      // the client has what it needs
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      head.append((char) in.read());
    }
    return head.toString();
  }

  @Test
  void aProxyIsGivenItsPasswordAndTheTunnelIsVerifiedToItsEnd() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (ServerSocket server = proxy("dTpwYXNzd29yZC0x", seen)) { // u:password-1
      URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
      HttpProxy good = new HttpProxy(address, "u", new Secret("password-1"));
      assertThat(ask(good, bundle, "localhost")).isInstanceOf(StsReply.Answered.class);
      assertThat(seen).singleElement().asString().startsWith("CONNECT 127.0.0.2:" + port);
      assertThat(failure(ask(good, bundle, null))).contains("127.0.0.2");

      HttpProxy bad = new HttpProxy(address, "u", new Secret("password-2"));
      assertThat(failure(ask(bad, bundle, "localhost")))
          .contains("407")
          .doesNotContain("password-2");
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    int free;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = closed.getLocalPort();
    }
    HttpProxy gone = new HttpProxy(URI.create("http://127.0.0.1:" + free), null, null);
    assertThat(failure(ask(gone, bundle, "localhost"))).containsIgnoringCase("refused");
  }

  /** Whatever a server sends, there is an answer or a failure. */
  @Test
  void garbageFromTheServerIsAFailure() throws Exception {
    Random random = new Random(1);
    byte[] model =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        SdkStsCalls calls = new SdkStsCalls(Runnable::run)) {
      Thread.startVirtualThread(
          () -> {
            while (true) {
              try (Socket one = server.accept()) {
                byte[] answer = model.clone();
                for (int i = 0; i < 3; i++) {
                  answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
                }
                head(one.getInputStream());
                one.getOutputStream().write(answer, 0, random.nextInt(answer.length));
              } catch (IOException closed) {
                return;
              }
            }
          });
      StsTarget target =
          new StsTarget(
              "eu-west-1",
              URI.create("http://127.0.0.1:" + server.getLocalPort()),
              false,
              false,
              null,
              bundle,
              null);
      for (int i = 0; i < 300; i++) {
        assertThat(calls.getCallerIdentity(target, KEYS).join())
            .isInstanceOf(StsReply.Failed.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1, false, true, https://sts.eu-west-1.api.aws",
    "us-east-1, true, false, https://sts-fips.us-east-1.amazonaws.com",
    "us-east-1, true, true, https://sts-fips.us-east-1.api.aws",
    "us-gov-west-1, true, false, https://sts.us-gov-west-1.amazonaws.com",
    "us-gov-west-1, false, false, https://sts.us-gov-west-1.amazonaws.com",
    "cn-north-1, false, false, https://sts.cn-north-1.amazonaws.com.cn",
    "us-iso-east-1, false, false, https://sts.us-iso-east-1.c2s.ic.gov",
    "us-isob-east-1, false, false, https://sts.us-isob-east-1.sc2s.sgov.gov",
    "eu-isoe-west-1, false, false, https://sts.eu-isoe-west-1.cloud.adc-e.uk",
    "us-isof-south-1, false, false, https://sts.us-isof-south-1.csp.hci.ic.gov",
  })
  void awsEndpointsAreThoseOfEachPartition(
      String region, boolean fips, boolean dualStack, String endpoint) {
    assertThat(SdkStsCalls.endpoint(new StsTarget(region, null, fips, dualStack, null, null, null)))
        .isEqualTo(URI.create(endpoint));
  }
}
