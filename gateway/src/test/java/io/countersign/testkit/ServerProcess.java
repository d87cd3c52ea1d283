package io.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, from its start until {@link #close} or the end of the JVM,
 * whichever is first. Its output goes to a file of {@code target/it-logs}.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final String name;
  private final Process process;
  private final Path log;
  private final Thread hook;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.hook = new Thread(this::kill, "stop-" + name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts {@code command} with exactly the variables of {@code environment}. */
  public static ServerProcess start(
      String name, Map<String, String> environment, Path folder, List<String> command) {
    Path log = Places.log(name);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return new ServerProcess(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + name + " by " + command, e);
    }
  }

  /**
   * Asks {@code health} until it answers 200.
   *
   * @throws IllegalStateException if the process ends, or does not answer within {@code limit}; it
   *     is killed, and what it wrote is in the message
   */
  public ServerProcess awaitHealthy(URI health, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(limit).build()) {
      HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
      String last = "nothing";
      while (System.nanoTime() < deadline) {
        try {
          int status = client.send(request, BodyHandlers.discarding()).statusCode();
          if (status == 200) {
            return this;
          }
          last = "status " + status;
        } catch (IOException e) {
          last = e.toString();
        }
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          throw failed("ended with " + process.exitValue() + " before it answered");
        }
      }
      throw failed("did not answer " + health + " within " + limit + " (last: " + last + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was waited for by a thread that was interrupted");
    }
  }

  /** What the process has written so far. */
  public String output() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + log, e);
    }
  }

  /** Asks the process to end (SIGTERM) and answers its exit code. */
  public int terminate(Duration limit) {
    process.destroy();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed("did not end within " + limit + " of SIGTERM");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was waited for by a thread that was interrupted");
    }
    return process.exitValue();
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void kill() {
    List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
    tree.add(process.toHandle());
    tree.forEach(ProcessHandle::destroyForcibly);
    tree.forEach(handle -> handle.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  private IllegalStateException failed(String how) {
    kill();
    return new IllegalStateException(name + " " + how + "; it wrote to " + log + ":\n" + output());
  }
}
