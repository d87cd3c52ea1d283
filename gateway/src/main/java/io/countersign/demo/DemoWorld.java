package io.countersign.demo;

import io.countersign.config.ConfigException;
import io.countersign.config.ConfigLoader;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import io.countersign.gateway.Gateway;
import io.countersign.observe.LoggingSetup;
import io.countersign.sandbox.Accounts;
import io.countersign.sandbox.Sandbox;
import io.countersign.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sandbox, a gateway in front of it, and the folder with the configuration that the gateway was
 * started from. The folder goes when this is closed.
 */
final class DemoWorld implements AutoCloseable {
  private static final String DATA_ROLE = "arn:aws:iam::" + Accounts.DATA + ":role/";

  private final Path folder;
  private final Sandbox sandbox;
  private final Gateway gateway;
  private final String token;

  private DemoWorld(Path folder, Sandbox sandbox, Gateway gateway, String token) {
    this.folder = folder;
    this.sandbox = sandbox;
    this.gateway = gateway;
    this.token = token;
  }

  /** Starts all of it on loopback: the usual ports where they are free, others where not. */
  static DemoWorld start(boolean terminal) throws IOException, ConfigException {
    Path folder =
        Files.createTempDirectory(
            "countersign-demo-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Sandbox sandbox = null;
    try {
      sandbox = Sandbox.start(SandboxOptions.defaults());
      Thread.ofVirtual().name("demo-data").start(sandbox::prepare);
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      String token = HexFormat.of().formatHex(random);
      int[] ports = freePorts(7070, 7071);
      Accounts.User user = sandbox.accounts().users().getFirst();
      Files.writeString(folder.resolve("analyst.token"), token);
      Files.writeString(folder.resolve("gateway.secret"), user.secretAccessKey());
      Path file = folder.resolve("countersign.yaml");
      Files.writeString(
          file, configuration(ports[0], ports[1], sandbox.endpoint(), user.accessKeyId()));
      GatewayConfig config = ConfigLoader.load(file, Environment.system()).config();
      LoggingSetup.apply(config.logging(), terminal);
      Gateway gateway = Gateway.builder(config).terminal(terminal).start();
      return new DemoWorld(folder, sandbox, gateway, token);
    } catch (IOException | ConfigException | RuntimeException e) {
      if (sandbox != null) {
        sandbox.close();
      }
      delete(folder);
      throw e;
    }
  }

  /** Read-only where an agent only reads; the one connector that writes allows what it names. */
  private static String configuration(int port, int admin, URI aws, String accessKeyId) {
    return """
    # Written by "countersign demo"; it goes when the demo ends.
    listen: 127.0.0.1:%d
    admin: 127.0.0.1:%d

    agents:
      analyst:
        token: ${file:analyst.token}
        allow:
          - connector: warehouse
          - connector: lake
            operations: [query, Get*, List*]
          - connector: files
            operations: [PutObject, GetObject, HeadObject, ListObjects*, ListBuckets, "*MultipartUpload", UploadPart]

    connectors:
      warehouse:
        service: redshift-data
        region: eu-west-1
        access: read-only
        endpoint: %s
        credentials: &keys
          static: { access-key-id: %s, secret-access-key: "${file:gateway.secret}" }
        role:
          - arn: arn:aws:iam::%s:role/adapter
          - { arn: %swarehouse-read, external-id: %s, session-tags: { team: analytics } }
        parameters: { ClusterIdentifier: analytics, Database: dev, DbUser: agent }
        locked: true

      lake:
        service: athena
        region: eu-west-1
        access: read-only
        endpoint: %s
        credentials: *keys
        role:
          - arn: arn:aws:iam::%s:role/adapter
          - { arn: %slake-read, external-id: %s }
        parameters: { WorkGroup: analysts, QueryExecutionContext: { Database: lake } }

      files:
        service: s3
        region: eu-west-1
        access: read-write
        endpoint: %s
        credentials: *keys
        role:
          - arn: arn:aws:iam::%s:role/adapter
          - { arn: %sfiles, external-id: %s }

    sts: { endpoint: %s }
    log:
      level: warn
      access: { file: access.log }
      audit: { file: audit.log }
    """
        .formatted(
            port,
            admin,
            aws,
            accessKeyId,
            Accounts.HOME,
            DATA_ROLE,
            Accounts.EXTERNAL_ID,
            aws,
            Accounts.HOME,
            DATA_ROLE,
            Accounts.EXTERNAL_ID,
            aws,
            Accounts.HOME,
            DATA_ROLE,
            Accounts.EXTERNAL_ID,
            aws);
  }

  /** These ports, each replaced by any free one where something else listens on it. */
  private static int[] freePorts(int... wanted) throws IOException {
    int[] ports = new int[wanted.length];
    ServerSocket[] held = new ServerSocket[wanted.length];
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try {
      for (int i = 0; i < wanted.length; i++) {
        try {
          held[i] = new ServerSocket(wanted[i], 1, loopback);
        } catch (IOException taken) {
          held[i] = new ServerSocket(0, 1, loopback);
        }
        ports[i] = held[i].getLocalPort();
      }
    } finally {
      for (ServerSocket socket : held) {
        if (socket != null) {
          socket.close();
        }
      }
    }
    return ports;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  String token() {
    return token;
  }

  Path configFile() {
    return folder.resolve("countersign.yaml");
  }

  Path folder() {
    return folder;
  }

  /** {@code http://127.0.0.1:PORT} of the agents' port. */
  String agents() {
    return "http://127.0.0.1:" + gateway.address().getPort();
  }

  /** {@code http://127.0.0.1:PORT} of the admin port. */
  String admin() {
    return "http://127.0.0.1:" + gateway.adminAddress().getPort();
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    sandbox.close();
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
