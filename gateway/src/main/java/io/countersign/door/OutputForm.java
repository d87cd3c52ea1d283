package io.countersign.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.answer.BadExpressionException;
import io.countersign.answer.Envelope;
import io.countersign.answer.JmesPath;
import io.countersign.answer.Lean;
import io.countersign.catalog.OperationModel;
import io.countersign.protocol.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes an output as the query string of its call asks for it. */
public final class OutputForm {
  private OutputForm() {}

  /** An output that stands alone, or in an envelope where {@code options} ask for one. */
  public static byte[] write(CallOptions options, OperationModel model, JsonNode output)
      throws BadExpressionException {
    return options.enveloped()
        ? write(options, model, output, Json.nodes().objectNode())
        : formed(options, model, output).toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * An output in an envelope.
   *
   * @param output is changed; null for none
   * @param said what stands beside it
   * @throws BadExpressionException if {@code select} does not fit the output
   */
  public static byte[] write(
      CallOptions options, OperationModel model, @Nullable JsonNode output, ObjectNode said)
      throws BadExpressionException {
    JsonNode formed = output == null ? null : formed(options, model, output);
    return Envelope.write(said, formed, options.maxBytes());
  }

  /** What is selected by name is told as it is; only a whole output is made lean. */
  private static JsonNode formed(CallOptions options, OperationModel model, JsonNode output)
      throws BadExpressionException {
    JmesPath select = options.select();
    if (select != null) {
      return select.search(output);
    }
    if (!options.keepEmpty()) {
      Lean.out(model.output(), output);
    }
    return output;
  }

  /** What an agent is told whose expression does not fit the output of a call that was made. */
  public static Refusal unfit(BadExpressionException e) {
    return new Refusal(
        Refusal.Kind.MALFORMED,
        "bad-expression",
        "AWS has carried out the call, but select does not fit its output: " + e.getMessage(),
        "call an operation that only reads again with another select; of one that changes"
            + " something, look at what it has changed first");
  }
}
