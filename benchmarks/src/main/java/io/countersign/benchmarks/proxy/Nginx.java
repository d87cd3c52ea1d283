package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One nginx with one worker, of a configuration of its own in a folder of its own. */
final class Nginx implements AutoCloseable {
  private static final int ANSWER_BYTES = 300;

  /** What the upstream answers: a small page of a list operation. */
  static final String ANSWER = answer();

  private final Process master;
  private final int port;
  private final int statusPort;
  private long statusAsked;

  private Nginx(Process master, int port, int statusPort) {
    this.master = master;
    this.port = port;
    this.statusPort = statusPort;
  }

  private static String answer() {
    String begin = "{\"TableNames\":[";
    String end = "\"]}";
    StringBuilder json = new StringBuilder(begin);
    for (int i = 0; json.length() < 240; i++) {
      json.append("\"table-").append(i).append("\",");
    }
    json.append('"');
    json.append("x".repeat(ANSWER_BYTES - json.length() - end.length()));
    return json.append(end).toString();
  }

  /** Answers every request with {@link #ANSWER} and counts it. */
  static Nginx upstream(Programs programs, int cpu, Path folder)
      throws IOException, BenchmarkException {
    int port = Ports.free();
    return start(
        programs,
        cpu,
        folder,
        port,
        """
            location / {
              default_type application/x-amz-json-1.0;
              add_header x-amzn-RequestId 3f1c2f0e-6d57-4f8e-9a6f-0c6a3e4f9b21;
              return 200 '%s';
            }
        """
            .formatted(ANSWER),
        "");
  }

  /** Passes every request on, over connections that stay open. */
  static Nginx proxy(Programs programs, int cpu, Path folder, int upstream)
      throws IOException, BenchmarkException {
    int port = Ports.free();
    return start(
        programs,
        cpu,
        folder,
        port,
        """
            location / {
              proxy_pass http://up;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
        """,
        "upstream up { server 127.0.0.1:"
            + upstream
            + "; keepalive 64; "
            + "keepalive_requests 1000000000; }");
  }

  private static Nginx start(
      Programs programs, int cpu, Path folder, int port, String location, String top)
      throws IOException, BenchmarkException {
    Files.createDirectories(folder);
    int status = Ports.free();
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log warn;
        events { worker_connections 1024; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          keepalive_timeout 300;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          %s
          server {
            listen 127.0.0.1:%d;
        %s
          }
          server {
            listen 127.0.0.1:%d;
            location / { stub_status; }
          }
        }
        """
            .formatted(top, port, location, status));
    Process process =
        new ProcessBuilder(
                programs.pinned(
                    cpu,
                    List.of(
                        programs.nginx().toString(),
                        "-p",
                        folder + "/",
                        "-e",
                        "error.log",
                        "-c",
                        configuration.toString())))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    Nginx started = new Nginx(process, port, status);
    if (!Ports.opens(port, Duration.ofSeconds(10))) {
      process.destroy();
      throw new BenchmarkException(
          "nginx does not start: "
              + Files.readString(folder.resolve("out"))
              + " "
              + Files.readString(folder.resolve("error.log")));
    }
    return started;
  }

  int port() {
    return port;
  }

  /** The one worker. */
  Proc worker() throws BenchmarkException {
    return new Proc(
        master
            .children()
            .findFirst()
            .orElseThrow(() -> new BenchmarkException("nginx has no worker"))
            .pid());
  }

  /** Requests taken since the start; those that ask for this number are not counted. */
  long requests() throws IOException, BenchmarkException {
    statusAsked++;
    try (HttpClient client = HttpClient.newHttpClient()) {
      String page =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + statusPort + "/"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      // Active connections: 1 / server accepts handled requests / 16 16 31070 / Reading: ...
      String[] numbers = page.lines().skip(2).findFirst().orElse("").strip().split(" +", -1);
      return Long.parseLong(numbers[2]) - statusAsked;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted", e);
    }
  }

  @Override
  public void close() {
    master.destroy();
    try {
      master.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
