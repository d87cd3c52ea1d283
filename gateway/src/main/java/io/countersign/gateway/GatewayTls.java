package io.countersign.gateway;

import io.countersign.config.ClientCertificates;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Tls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the agents' port. The context of new connections changes at a reload; open connections
 * keep theirs.
 */
final class GatewayTls {
  private volatile @Nullable SslContext context;

  private GatewayTls(@Nullable SslContext context) {
    this.context = context;
  }

  static GatewayTls load(GatewayConfig config) throws IOException {
    return new GatewayTls(
        config.tls() == null ? null : read(config.tls(), config.identity().clientCertificates()));
  }

  boolean active() {
    return context != null;
  }

  SslContext context() {
    return Objects.requireNonNull(context, "the port was started without TLS");
  }

  /**
   * Reads the files of a new configuration.
   *
   * @return takes them up
   * @throws IOException when they cannot be used; nothing has changed
   */
  Runnable prepare(GatewayConfig config) throws IOException {
    if (context == null || config.tls() == null) {
      return () -> {};
    }
    SslContext next = read(config.tls(), config.identity().clientCertificates());
    return () -> context = next;
  }

  private static SslContext read(Tls tls, @Nullable ClientCertificates clients) throws IOException {
    SslContextBuilder builder;
    try {
      builder = SslContextBuilder.forServer(tls.certificate().toFile(), tls.privateKey().toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "tls: "
              + tls.certificate()
              + " and "
              + tls.privateKey()
              + " are not a PEM certificate chain and its PKCS #8 key",
          e);
    }
    if (clients != null) {
      try {
        builder
            .trustManager(clients.caFile().toFile())
            .clientAuth(clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "identity.client-certificates: " + clients.caFile() + " holds no PEM certificates", e);
      }
    }
    return builder.build();
  }
}
