package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.answer.BadExpressionException;
import io.countersign.answer.JmesPath;
import io.countersign.catalog.Waiter;
import io.countersign.connector.OperationCaller.Called;
import io.countersign.protocol.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the state of a resource, as a waiter of the model says: calls its operation again and
 * again until an acceptor takes the answer, or the time is over.
 *
 * <p>It blocks, and belongs on a virtual thread; an interrupt ends it. Immutable and thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/boto3/latest/guide/clients.html#waiters">Waiters</a>
 */
public final class Waiting {
  /** How it stands. */
  public enum State {
    /** What was waited for is there. */
    SUCCESS("success"),
    /** It will not come: an acceptor says so, or the waiter has tried as often as it does. */
    FAILURE("failure"),
    /** It was not there when the time was over. */
    WAITING("waiting"),
    /** AWS answered with an error that no acceptor names. */
    ERROR("error");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As it stands in an answer. */
    public String word() {
      return word;
    }
  }

  /**
   * What became of it.
   *
   * @param attempts how many calls were made
   * @param last the answer to the last of them
   */
  public record Ended(State state, int attempts, Called last) {}

  private record Acceptor(
      State state, String matcher, @Nullable JmesPath path, JsonNode expected) {}

  private final Waiter waiter;
  private final boolean repeatable;
  private final List<Acceptor> acceptors;

  /**
   * The waiter's work.
   *
   * @param repeatable whether the operation may be carried out twice, where AWS is busy
   * @throws IllegalArgumentException if an acceptor of the waiter cannot be read
   */
  public Waiting(Waiter waiter, boolean repeatable) {
    this.waiter = waiter;
    this.repeatable = repeatable;
    this.acceptors = waiter.acceptors().stream().map(Waiting::acceptor).toList();
  }

  private static Acceptor acceptor(Waiter.Acceptor read) {
    State state =
        switch (read.state()) {
          case "success" -> State.SUCCESS;
          case "failure" -> State.FAILURE;
          case "retry" -> State.WAITING;
          default -> throw new IllegalArgumentException("an acceptor's state is " + read.state());
        };
    JmesPath path =
        switch (read.matcher()) {
          case "path", "pathAll", "pathAny" -> JmesPath.ofModel(read.argument());
          case "status", "error" -> null;
          default ->
              throw new IllegalArgumentException("an acceptor's matcher is " + read.matcher());
        };
    try {
      return new Acceptor(state, read.matcher(), path, Json.mapper().readTree(read.expected()));
    } catch (IOException e) {
      throw new IllegalArgumentException("an acceptor expects " + read.expected(), e);
    }
  }

  /** How long one waits between two calls. */
  public Duration delay() {
    return Duration.ofSeconds(Math.max(1, waiter.delaySeconds()));
  }

  /**
   * Calls until it is decided or the time is over. The last call is made when the time is over.
   *
   * @param limit 0 calls once
   * @throws InterruptedException if the thread was interrupted
   */
  public Ended await(ObjectNode input, Duration limit, OperationCaller caller, Pace pace)
      throws InterruptedException {
    long deadline = pace.nanoTime() + limit.toNanos();
    Patience patience = new Patience(caller, pace, repeatable);
    for (int attempts = 1; ; attempts++) {
      Called called = patience.call(input, deadline);
      State state = judge(called);
      if (state != State.WAITING) {
        return new Ended(state, attempts, called);
      }
      if (attempts >= waiter.maxAttempts()) {
        return new Ended(State.FAILURE, attempts, called);
      }
      long left = deadline - pace.nanoTime();
      if (left <= 0) {
        return new Ended(State.WAITING, attempts, called);
      }
      pace.sleep(Duration.ofNanos(Math.min(left, delay().toNanos())));
    }
  }

  /** The first acceptor that takes the answer decides. */
  private State judge(Called called) {
    for (Acceptor acceptor : acceptors) {
      if (takes(acceptor, called)) {
        return acceptor.state();
      }
    }
    return called instanceof Called.Failed ? State.ERROR : State.WAITING;
  }

  private static boolean takes(Acceptor acceptor, Called called) {
    JsonNode expected = acceptor.expected();
    return switch (acceptor.matcher()) {
      case "status" -> expected.intValue() == called.status();
      case "error" -> {
        boolean failed = called instanceof Called.Failed;
        yield expected.isBoolean()
            ? expected.booleanValue() == failed
            : called instanceof Called.Failed(int _, String code, boolean _, JsonNode _)
                && code.equals(expected.textValue());
      }
      default ->
          called instanceof Called.Done(int _, JsonNode output)
              && matches(acceptor, find(acceptor.path(), output));
    };
  }

  private static boolean matches(Acceptor acceptor, JsonNode found) {
    JsonNode expected = acceptor.expected();
    if (acceptor.matcher().equals("path")) {
      return same(found, expected);
    }
    if (!found.isArray() || found.isEmpty()) {
      return false;
    }
    boolean any = acceptor.matcher().equals("pathAny");
    for (JsonNode element : found) {
      if (same(element, expected) == any) {
        return any;
      }
    }
    return !any;
  }

  /** A 1 is a 1, whether it was read as an int or as a long. */
  private static boolean same(JsonNode a, JsonNode b) {
    return (a.isNumber() && b.isNumber())
        ? a.decimalValue().compareTo(b.decimalValue()) == 0
        : a.equals(b);
  }

  /** A function that does not fit the output, such as the length of nothing, finds nothing. */
  private static JsonNode find(@Nullable JmesPath path, JsonNode output) {
    if (path == null) {
      return Json.nodes().nullNode();
    }
    try {
      return path.search(output);
    } catch (BadExpressionException e) {
      return Json.nodes().nullNode();
    }
  }
}
