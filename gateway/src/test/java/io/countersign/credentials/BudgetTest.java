package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Calls to STS come at a bearable pace, and the most urgent first. */
class BudgetTest {
  private static final StsFailure THROTTLED = FakeSts.THROTTLED;
  private static final StsReply.Answered<String> OK = new StsReply.Answered<>("ok");

  private final VirtualTime time = new VirtualTime();
  private final Budget budget = new Budget(time, time, time);

  /** An urgency that a test sets. */
  private static final class Want implements Urgency {
    Rank rank;
    final long ends;
    boolean wanted = true;

    Want(Rank rank, long ends) {
      this.rank = rank;
      this.ends = ends;
    }

    @Override
    public Rank rank() {
      return rank;
    }

    @Override
    public long endsNanos() {
      return ends;
    }

    @Override
    public boolean wanted() {
      return wanted;
    }
  }

  private Supplier<CompletableFuture<StsReply<String>>> answering(
      StsReply<String> reply, Runnable seen) {
    return () -> {
      seen.run();
      CompletableFuture<StsReply<String>> answer = new CompletableFuture<>();
      time.after(Duration.ofMillis(80), () -> answer.complete(reply));
      return answer;
    };
  }

  private int callsWithin(Duration span, StsReply<String> reply) {
    int[] calls = {0};
    for (int i = 0; i < 20_000; i++) {
      var _ = budget.call(new Want(Urgency.Rank.RENEWAL, i), answering(reply, () -> calls[0]++));
    }
    time.advance(span);
    return calls[0];
  }

  @Test
  void rateRisesToItsLimitWhileStsAnswers() {
    int first = callsWithin(Duration.ofSeconds(1), OK);
    assertThat(first).isBetween(90, 125);
    time.advance(Duration.ofSeconds(30));
    assertThat(budget.rate()).isEqualTo(Budget.MOST_PER_SECOND);
  }

  @Test
  void throttlingHalvesTheRateOnceInASecond() {
    callsWithin(Duration.ofMillis(500), new StsReply.Failed<>(THROTTLED));
    assertThat(budget.rate()).isEqualTo(Budget.FIRST_PER_SECOND / 2);
    time.advance(Duration.ofSeconds(2));
    assertThat(budget.rate()).isBetween(10.0, 25.0);
  }

  @Test
  void outageLeavesOneCallASecondAndItsEndIsSeenAtOnce() {
    List<StsReply<String>> reply = new ArrayList<>();
    reply.add(new StsReply.Failed<>(FakeSts.DOWN));
    List<Duration> calls = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      var _ =
          budget.call(
              new Want(Urgency.Rank.RENEWAL, i),
              () -> {
                calls.add(time.elapsed());
                return CompletableFuture.completedFuture(reply.getFirst());
              });
    }
    time.advance(Duration.ofMinutes(10));
    int during = calls.size();
    assertThat(budget.rate()).isEqualTo(Budget.LEAST_PER_SECOND);
    assertThat(during).isLessThan(850);
    reply.set(0, OK);
    time.advance(Duration.ofSeconds(20));
    assertThat(calls.size() - during).as("within 20 s of its end").isGreaterThan(2_000);
  }

  @Test
  void refusalByPolicyIsNoReasonToSlowDown() {
    callsWithin(Duration.ofSeconds(10), new StsReply.Failed<>(FakeSts.DENIED));
    assertThat(budget.rate()).isGreaterThan(Budget.FIRST_PER_SECOND);
  }

  @Test
  void whoIsWaitedForComesFirstThenTheNearestEndThenWarmUp() {
    callsWithin(Duration.ZERO, OK);
    time.settle();
    VirtualTime clock = new VirtualTime();
    Budget empty = new Budget(clock, clock, clock);
    List<String> order = new ArrayList<>();
    // The first takes the only token.
    call(empty, order, "first", new Want(Urgency.Rank.WARM_UP, 0));
    clock.settle();
    call(empty, order, "warm-up", new Want(Urgency.Rank.WARM_UP, 0));
    call(empty, order, "later end", new Want(Urgency.Rank.RENEWAL, 200));
    call(empty, order, "nearer end", new Want(Urgency.Rank.RENEWAL, 100));
    call(empty, order, "waited for", new Want(Urgency.Rank.WAITED_FOR, 0));
    clock.advance(Duration.ofSeconds(1));
    assertThat(order).containsExactly("first", "waited for", "nearer end", "later end", "warm-up");
  }

  @Test
  void callThatSomebodyBeginsToWaitForMovesToTheFront() {
    List<String> order = new ArrayList<>();
    call(budget, order, "first", new Want(Urgency.Rank.WARM_UP, 0));
    time.settle();
    Want hurried = new Want(Urgency.Rank.WARM_UP, 0);
    call(budget, order, "renewal", new Want(Urgency.Rank.RENEWAL, 100));
    call(budget, order, "hurried", hurried);
    hurried.rank = Urgency.Rank.WAITED_FOR;
    budget.hurry(hurried);
    time.advance(Duration.ofSeconds(1));
    assertThat(order).containsExactly("first", "hurried", "renewal");
  }

  private static void call(Budget budget, List<String> order, String name, Urgency urgency) {
    var _ =
        budget.call(
            urgency,
            () -> {
              order.add(name);
              return CompletableFuture.completedFuture(OK);
            });
  }

  @Test
  void callThatNobodyWantsAnyMoreIsNotMadeAndCostsNothing() {
    List<String> order = new ArrayList<>();
    call(budget, order, "first", new Want(Urgency.Rank.WARM_UP, 0));
    time.settle();
    Want gone = new Want(Urgency.Rank.WAITED_FOR, 0);
    CompletableFuture<StsReply<String>> reply =
        budget.call(gone, () -> CompletableFuture.completedFuture(OK));
    gone.wanted = false;
    time.advance(Duration.ofSeconds(1));
    assertThat(reply).isCancelled();
  }

  @Test
  void hungCallsAreBoundedInNumberAndGivenUp() {
    int[] calls = {0};
    List<StsReply<String>> replies = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      var _ =
          budget
              .call(
                  new Want(Urgency.Rank.RENEWAL, i),
                  () -> {
                    calls[0]++;
                    return new CompletableFuture<StsReply<String>>();
                  })
              .thenAccept(replies::add);
    }
    time.advance(Duration.ofSeconds(40));
    assertThat(calls[0]).isEqualTo(Budget.MOST_AT_ONCE);
    time.advance(Duration.ofSeconds(6));
    assertThat(replies).isNotEmpty().allMatch(reply -> reply instanceof StsReply.Failed<String>);
  }
}
