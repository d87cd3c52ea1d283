package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The run in which every request is another, and every answer is looked at: by clients that know
 * what each of theirs must get, and by an upstream that verifies each signature. Nothing is timed.
 */
final class EveryAnswer {
  private static final int CLIENTS = 32;

  private final GatewayProcess gateway;
  private final AgentRequests requests;
  private final EchoUpstream upstream;

  EveryAnswer(GatewayProcess gateway, AgentRequests requests, EchoUpstream upstream) {
    this.gateway = gateway;
    this.requests = requests;
    this.upstream = upstream;
  }

  /**
   * Sends {@code perDoor} requests to each door.
   *
   * @return how many answers were looked at, all of them right
   * @throws BenchmarkException when one of them was wrong, came twice, or none came
   */
  long run(int perDoor) throws IOException, BenchmarkException {
    Set<String> gatewayIds = ConcurrentHashMap.newKeySet();
    List<Future<List<String>>> clients = new ArrayList<>();
    Set<String> wrong = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build()) {
      for (int c = 0; c < CLIENTS; c++) {
        int first = c;
        clients.add(threads.submit(() -> send(client, first, perDoor, gatewayIds)));
      }
      for (Future<List<String>> sent : clients) {
        wrong.addAll(sent.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted", e);
    } catch (ExecutionException e) {
      throw new BenchmarkException("a request of the verified run was lost: " + e.getCause(), e);
    }
    long expected = 2L * perDoor;
    if (!wrong.isEmpty() || upstream.wrong() > 0 || upstream.distinct() != expected) {
      throw new BenchmarkException(
          wrong.size()
              + " answers were wrong, such as "
              + wrong.stream().limit(3).toList()
              + "; the upstream saw "
              + upstream.distinct()
              + " of "
              + expected
              + " requests, and "
              + upstream.wrong()
              + " of them twice or with a wrong signature");
    }
    if (gatewayIds.size() != expected) {
      throw new BenchmarkException("a request id came twice: " + gatewayIds.size());
    }
    return expected;
  }

  private List<String> send(HttpClient client, int first, int perDoor, Set<String> ids)
      throws IOException, InterruptedException, BenchmarkException {
    List<String> wrong = new ArrayList<>();
    for (int i = first; i < perDoor; i += CLIENTS) {
      String signed = AgentRequests.body("sdk-" + i);
      check(client, "/", signed, requests.signed(signed, GatewayProcess.ECHO_REGION), ids, wrong);
      String tool = AgentRequests.body("tool-" + i);
      check(client, AgentRequests.toolPath("echo"), tool, AgentRequests.bearer(), ids, wrong);
    }
    return wrong;
  }

  private void check(
      HttpClient client,
      String path,
      String body,
      Map<String, String> headers,
      Set<String> ids,
      List<String> wrong)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway.url() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    ids.add(answer.headers().firstValue("x-countersign-request-id").orElse(""));
    if (answer.statusCode() != 200 || !answer.body().equals(EchoUpstream.answerTo(body))) {
      wrong.add(answer.statusCode() + " " + answer.body());
    }
  }
}
