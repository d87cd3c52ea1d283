package io.countersign.testkit;

import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import io.countersign.credentials.CredentialCache;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A gateway in this JVM, on loopback ports that the system chose, from a configuration file as an
 * operator would write it. Its access and audit lines go to {@code target/it-logs}.
 */
public final class RunningGateway implements AutoCloseable {
  private final GatewayConfig config;
  private final Gateway gateway;
  private final List<Path> lines;

  private RunningGateway(GatewayConfig config, Gateway gateway, List<Path> lines) {
    this.config = config;
    this.gateway = gateway;
    this.lines = lines;
  }

  /**
   * Starts it.
   *
   * @param name of its log files
   * @param yaml agents, connectors and the rest; listen, admin and log are added here
   * @param variables what {@code ${env:…}} resolves to
   */
  public static RunningGateway start(String name, String yaml, Map<String, String> variables) {
    return start(name, yaml, variables, System.getenv());
  }

  /**
   * Starts it.
   *
   * @param environment what the sources of credentials see of the process's variables
   */
  public static RunningGateway start(
      String name, String yaml, Map<String, String> variables, Map<String, String> environment) {
    Path folder = Places.target("it-logs");
    Path access = folder.resolve(name + "-access.jsonl");
    Path audit = folder.resolve(name + "-audit.jsonl");
    String whole =
        """
        listen: 127.0.0.1:0
        admin: 127.0.0.1:0
        log:
          access: { file: '%s' }
          audit: { file: '%s' }
        """
                .formatted(access, audit)
            + yaml;
    try {
      Files.deleteIfExists(access);
      Files.deleteIfExists(audit);
      GatewayConfig config = ConfigLoader.parse(whole, folder, Environment.of(variables)).config();
      Gateway gateway =
          Gateway.builder(config)
              .credentials(CredentialCache.builder().environment(environment))
              .start();
      return new RunningGateway(config, gateway, List.of(access, audit));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("the test's configuration is wrong: " + e, e);
    } catch (IOException e) {
      throw new UncheckedIOException("the gateway did not start", e);
    }
  }

  /** The configuration as it was loaded. */
  public GatewayConfig config() {
    return config;
  }

  /** The agents' port. */
  public URI endpoint() {
    return uri(config.tls() == null ? "http" : "https", gateway.address());
  }

  /** The admin port. */
  public URI admin() {
    return uri("http", gateway.adminAddress());
  }

  /** The access and audit lines that were written. Complete once the gateway is closed. */
  public String lines() {
    StringBuilder all = new StringBuilder();
    for (Path file : lines) {
      try {
        all.append(Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "");
      } catch (IOException e) {
        throw new UncheckedIOException("could not read " + file, e);
      }
    }
    return all.toString();
  }

  @Override
  public void close() {
    gateway.close();
  }

  private static URI uri(String scheme, InetSocketAddress address) {
    return URI.create(scheme + "://127.0.0.1:" + address.getPort());
  }
}
