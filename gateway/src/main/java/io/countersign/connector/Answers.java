package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.protocol.GarbledAnswerException;
import org.jspecify.annotations.Nullable;

/** Reads members of answers, and says which one is not as it should be. */
final class Answers {
  private Answers() {}

  /** A string that must be there. */
  static String text(JsonNode answer, String operation, String member)
      throws GarbledAnswerException {
    JsonNode value = answer.get(member);
    if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
      throw new GarbledAnswerException("the answer of " + operation + " has no " + member);
    }
    return value.textValue();
  }

  /** A string that may be absent. */
  static @Nullable String optional(JsonNode answer, String member) {
    JsonNode value = answer.get(member);
    return value != null && value.isTextual() && !value.textValue().isEmpty()
        ? value.textValue()
        : null;
  }

  /** An array; empty where it is absent. */
  static JsonNode array(JsonNode answer, String operation, String member)
      throws GarbledAnswerException {
    JsonNode value = answer.path(member);
    if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
      throw new GarbledAnswerException(
          "the answer of " + operation + " has a " + member + " that is no array");
    }
    return value;
  }
}
