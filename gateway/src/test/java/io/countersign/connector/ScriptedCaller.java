package io.countersign.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.AwsErrors;
import io.countersign.protocol.Samples;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers calls from a script, in order, and keeps what was called. */
final class ScriptedCaller implements AwsCaller {
  private interface Step {
    JsonNode answer() throws AwsCallException, InterruptedException;
  }

  private record Scripted(String operation, Step step) {}

  private final Deque<Scripted> script = new ArrayDeque<>();
  private final List<String> operations = new ArrayList<>();
  private final List<ObjectNode> inputs = new ArrayList<>();

  /** The next call must be of that operation, and gets that JSON (single quotes for double). */
  ScriptedCaller then(String operation, String answer) {
    script.add(new Scripted(operation, () -> Samples.json(answer)));
    return this;
  }

  ScriptedCaller thenError(String operation, int status, String code) {
    script.add(
        new Scripted(
            operation,
            () -> {
              throw new AwsCallException(AwsErrors.of(code, "as scripted", "req-1", status));
            }));
    return this;
  }

  ScriptedCaller thenThrow(String operation, RuntimeException failure) {
    script.add(
        new Scripted(
            operation,
            () -> {
              throw failure;
            }));
    return this;
  }

  ScriptedCaller thenInterrupt(String operation) {
    script.add(
        new Scripted(
            operation,
            () -> {
              throw new InterruptedException("as scripted");
            }));
    return this;
  }

  @Override
  public JsonNode call(String operation, ObjectNode input)
      throws AwsCallException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("as every blocking call would");
    }
    operations.add(operation);
    inputs.add(input);
    Scripted next = script.poll();
    if (next == null) {
      throw new AssertionError("the script has no answer for " + operations);
    }
    assertThat(operation).as("call %s", operations.size()).isEqualTo(next.operation());
    return next.step().answer();
  }

  List<String> operations() {
    return operations;
  }

  ObjectNode input(int call) {
    return inputs.get(call);
  }

  void assertDone() {
    assertThat(script).isEmpty();
  }
}
