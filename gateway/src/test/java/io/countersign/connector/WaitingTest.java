package io.countersign.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import io.countersign.catalog.Waiter;
import io.countersign.connector.OperationCaller.Called;
import io.countersign.protocol.Json;
import io.countersign.protocol.Samples;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A state is waited for as the model says, in time that passes only in sleep. */
class WaitingTest {
  private static final Catalog CATALOG = Catalog.load();

  private final ManualPace pace = new ManualPace();
  private final Deque<Called> script = new ArrayDeque<>();

  private static Waiter waiter(String service, String name) {
    return CATALOG.service(service).orElseThrow().waiters().stream()
        .filter(w -> w.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  private WaitingTest answer(String json) {
    script.add(new Called.Done(200, Samples.json(json)));
    return this;
  }

  private WaitingTest error(int status, String code) {
    script.add(new Called.Failed(status, code, false, Json.nodes().objectNode()));
    return this;
  }

  private Waiting.Ended await(Waiter waiter, int seconds) throws InterruptedException {
    return new Waiting(waiter, true)
        .await(Json.nodes().objectNode(), Duration.ofSeconds(seconds), this::call, pace);
  }

  private Called call(ObjectNode input) {
    Called called = script.poll();
    if (called == null) {
      throw new AssertionError("the script has no answer for " + input);
    }
    return called;
  }

  @Test
  void callsUntilThePathHasTheValue() throws Exception {
    error(400, "ResourceNotFoundException")
        .answer("{'Table':{'TableStatus':'CREATING'}}")
        .answer("{'Table':{'TableStatus':'ACTIVE'}}");

    Waiting.Ended ended = await(waiter("dynamodb", "TableExists"), 300);

    assertThat(ended.state()).isEqualTo(Waiting.State.SUCCESS);
    assertThat(ended.attempts()).isEqualTo(3);
    assertThat(pace.sleeps()).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(20));
  }

  @Test
  void anErrorMaySayThatItIsThere() throws Exception {
    answer("{'Table':{'TableStatus':'DELETING'}}").error(400, "ResourceNotFoundException");

    assertThat(await(waiter("dynamodb", "TableNotExists"), 60).state())
        .isEqualTo(Waiting.State.SUCCESS);
  }

  @Test
  void aStatusMaySayThatItIsThere() throws Exception {
    error(404, "404").answer("{}");

    Waiting.Ended ended = await(waiter("s3", "BucketExists"), 60);

    assertThat(ended.state()).isEqualTo(Waiting.State.SUCCESS);
    assertThat(ended.attempts()).isEqualTo(2);
  }

  @Test
  void allElementsMustHaveTheValueAndOneWithAnotherMayEndIt() throws Exception {
    answer("{'Reservations':[]}")
        .answer(
            "{'Reservations':[{'Instances':[{'State':{'Name':'running'}},"
                + "{'State':{'Name':'pending'}}]}]}")
        .answer(
            "{'Reservations':[{'Instances':[{'State':{'Name':'running'}},"
                + "{'State':{'Name':'terminated'}}]}]}");

    Waiting.Ended ended = await(waiter("ec2", "InstanceRunning"), 300);

    assertThat(ended.state()).isEqualTo(Waiting.State.FAILURE);
    assertThat(ended.attempts()).isEqualTo(3);
  }

  @Test
  void callsOnceMoreWhenTheTimeIsOver() throws Exception {
    for (int i = 0; i < 3; i++) {
      answer("{'Table':{'TableStatus':'CREATING'}}");
    }

    Waiting.Ended ended = await(waiter("dynamodb", "TableExists"), 30);

    assertThat(ended.state()).isEqualTo(Waiting.State.WAITING);
    assertThat(ended.attempts()).isEqualTo(3);
    assertThat(pace.sleeps()).containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(10));
  }

  @Test
  void callsOnceWithoutTime() throws Exception {
    answer("{'Table':{'TableStatus':'CREATING'}}");

    assertThat(await(waiter("dynamodb", "TableExists"), 0).attempts()).isEqualTo(1);
    assertThat(pace.sleeps()).isEmpty();
  }

  @Test
  void hasFailedAfterAsManyCallsAsTheModelAllows() throws Exception {
    Waiter three =
        new Waiter("Three", "Get", 1, 3, List.of(new Waiter.Acceptor("success", "path", "a", "1")));
    for (int i = 0; i < 3; i++) {
      answer("{'a':2}");
    }

    assertThat(await(three, 900).state()).isEqualTo(Waiting.State.FAILURE);
  }

  @Test
  void anErrorThatNoAcceptorNamesEndsIt() throws Exception {
    error(403, "AccessDeniedException");

    assertThat(await(waiter("dynamodb", "TableExists"), 60).state()).isEqualTo(Waiting.State.ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "path;length(l);2;{'l':[1,2]};true",
        "path;length(l);2;{};false",
        "path;n;1;{'n':1.0};true",
        "path;b;true;{'b':true};true",
        "pathAll;l;1;{'l':[1,1]};true",
        "pathAll;l;1;{'l':[]};false",
        "pathAll;l;1;{'l':[1,2]};false",
        "pathAny;l;1;{'l':[2,1]};true",
        "pathAny;l;1;{'l':[2]};false",
        "pathAny;l;1;{'l':1};false",
        "status;;200;{};true",
        "status;;404;{};false",
        "error;;false;{};true",
        "error;;true;{};false"
      })
  void matchesAsTheModelSays(
      String matcher, String argument, String expected, String output, boolean matches)
      throws Exception {
    Waiter one =
        new Waiter(
            "One",
            "Get",
            1,
            1,
            List.of(
                new Waiter.Acceptor(
                    "success", matcher, argument == null ? "" : argument, expected)));
    answer(output);

    assertThat(await(one, 0).state() == Waiting.State.SUCCESS).isEqualTo(matches);
  }

  @Test
  void knowsTheWaitersOfAllServices() {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (Service service : CATALOG.services()) {
      for (Waiter waiter : service.waiters()) {
        count++;
        try {
          assertThat(new Waiting(waiter, true).delay()).isPositive();
        } catch (IllegalArgumentException e) {
          wrong.add(service.id() + " " + waiter.name() + ": " + e.getMessage());
        }
      }
    }
    assertThat(wrong).isEqualTo(Collections.emptyList());
    assertThat(count).isGreaterThan(200);
  }
}
