package io.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the test kit finds its scripts and leaves its output, and ports that nobody uses. */
public final class Places {
  /** The gateway module; surefire and failsafe name it, an editor starts there. */
  private static final Path MODULE =
      Path.of(System.getProperty("basedir", System.getProperty("user.dir"))).toAbsolutePath();

  private Places() {}

  /** The root of the source tree. */
  public static Path project() {
    return MODULE.resolve("..").normalize();
  }

  /** A file of {@code src/test/python}. */
  public static Path python(String name) {
    return MODULE.resolve("src/test/python").resolve(name);
  }

  /** A folder under {@code target}, made if it is missing. */
  public static Path target(String name) {
    Path folder = MODULE.resolve("target").resolve(name);
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("could not make " + folder, e);
    }
  }

  /** Where the output of process {@code name} goes. */
  public static Path log(String name) {
    return target("it-logs").resolve(name + ".log");
  }

  /** A loopback port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }
}
