package io.countersign.http;

import static io.countersign.testkit.Waiting.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Tls;
import io.countersign.gateway.Gateway;
import io.countersign.testkit.TestCertificate;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS on both sides: the agents' port, and upstreams that are not who they should be. */
@Timeout(60)
class TlsTest {
  private static final TestCertificate CERTIFICATE = TestCertificate.make();
  private static final String CALL =
      "POST /v1/connectors/tables/ListTables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
          + TestGateway.TOKEN
          + "\r\nContent-Length: 2\r\n\r\n{}";

  @TempDir private Path directory;

  private static KeyStore store(boolean withKey) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (withKey) {
      store.setKeyEntry(
          "own",
          CERTIFICATE.keys().getPrivate(),
          new char[0],
          new Certificate[] {CERTIFICATE.certificate()});
    } else {
      store.setCertificateEntry("anchor", CERTIFICATE.certificate());
    }
    return store;
  }

  private static SSLContext trusting() throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store(false));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** An upstream that speaks TLS with the certificate of localhost and 127.0.0.1. */
  private static FakeUpstream tlsUpstream(String address) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(true), new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new FakeUpstream(
        context.getServerSocketFactory().createServerSocket(0, 16, InetAddress.getByName(address)),
        connection -> {
          while (connection.read() != null) {
            connection.answer(200, "application/x-amz-json-1.0", "{\"TableNames\":[]}");
          }
        });
  }

  private static RawClient.Answer call(FakeUpstream upstream, String host, SslContextBuilder tls)
      throws IOException {
    URI endpoint = URI.create("https://" + host + ":" + upstream.endpoint().getPort());
    GatewayConfig config =
        new TestGateway().connector("tables", "dynamodb", endpoint, Access.READ_WRITE).config();
    try (Gateway gateway = Gateway.builder(config).upstreamTls(tls).start();
        RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(CALL).read());
    }
  }

  @Test
  void agentsSpeakTlsWithTheCertificateOfTheFiles() throws Exception {
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    CERTIFICATE.write(certificate, key);
    try (FakeUpstream upstream = FakeUpstream.answering("application/x-amz-json-1.0", "{}");
        Gateway gateway =
            Gateway.start(
                new TestGateway()
                    .connector("tables", "dynamodb", upstream.endpoint(), Access.READ_WRITE)
                    .tls(new Tls(certificate, key))
                    .config());
        HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "https://localhost:"
                              + gateway.address().getPort()
                              + "/v1/connectors/tables/ListTables"))
                  .header("Authorization", "Bearer " + TestGateway.TOKEN)
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(upstream.next().text()).isEqualTo("{}");

      try (RawClient plain = RawClient.to(gateway)) {
        plain.send(CALL);
        until(
            "the failed handshake is counted",
            () ->
                gateway
                        .metrics()
                        .registry()
                        .get("countersign.connections.refused")
                        .tag("reason", "tls")
                        .counter()
                        .count()
                    == 1);
      }
      assertThat(upstream.nothingMore()).isTrue();
    }
  }

  @Test
  void anUpstreamWithTheRightCertificateIsSpokenTo() throws Exception {
    try (FakeUpstream upstream = tlsUpstream("127.0.0.1")) {
      RawClient.Answer answer =
          call(
              upstream,
              "localhost",
              SslContextBuilder.forClient().trustManager(CERTIFICATE.certificate()));
      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void anUpstreamOfAnUnknownAuthorityGetsNothing() throws Exception {
    try (FakeUpstream upstream = tlsUpstream("127.0.0.1")) {
      RawClient.Answer answer = call(upstream, "localhost", SslContextBuilder.forClient());
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-tls");
      assertThat(upstream.nothingMore()).isTrue();
    }
  }

  @Test
  void anUpstreamWhoseCertificateNamesAnotherHostGetsNothing() throws Exception {
    // The certificate is trusted, and it is for localhost and 127.0.0.1.
    try (FakeUpstream upstream = tlsUpstream("127.0.0.2")) {
      RawClient.Answer answer =
          call(
              upstream,
              "127.0.0.2",
              SslContextBuilder.forClient().trustManager(CERTIFICATE.certificate()));
      assertThat(answer.status()).isEqualTo(502);
      assertThat(answer.text()).contains("upstream-tls");
      assertThat(upstream.nothingMore()).isTrue();
    }
  }
}
