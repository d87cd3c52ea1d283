package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output with what there is to say about it: {@code next}, what was {@code cut}, and the like.
 * What is said stands before the output, so that who reads only the beginning reads it.
 */
public final class Envelope {
  private static final int MOST_MARKS = 20;
  private static final int LONGEST_POINTER = 200;
  private static final int MOST_TRIES = 8;
  private static final String HINT =
      "raise max_bytes, name what you need with select, or take fewer items at once"
          + " (max_items, and next to go on)";

  private Envelope() {}

  /**
   * Writes an output with what there is to say of it.
   *
   * @param said what comes beside the output, which is never cut; it is changed
   * @param output null for none
   * @param maxBytes how long the whole may be; 0 for any length
   */
  public static byte[] write(ObjectNode said, @Nullable JsonNode output, long maxBytes) {
    if (output == null) {
      return bytes(said);
    }
    long around = Sizes.of(said) + "\"output\":,".length();
    if (maxBytes == 0 || around + Sizes.of(output) <= maxBytes) {
      said.set("output", output);
      return bytes(said);
    }
    long budget = maxBytes - around;
    for (int tries = 0; tries < MOST_TRIES && budget >= 2; tries++) {
      Trim.Trimmed trimmed = Trim.to(output, budget);
      ObjectNode whole = said.deepCopy();
      marks(whole, trimmed.cuts());
      whole.set("output", trimmed.value());
      long over = Sizes.of(whole) - maxBytes;
      if (over <= 0 && !trimmed.cuts().isEmpty()) {
        return bytes(whole);
      }
      budget -= Math.max(over, 1) + 64L * tries;
    }
    marks(said, List.of(new Cut("", 0, Sizes.of(output), Cut.Unit.BYTES)));
    return bytes(said.putNull("output"));
  }

  private static void marks(ObjectNode said, List<Cut> cuts) {
    ArrayNode marks = said.putArray("cut");
    for (Cut cut : cuts.subList(0, Math.min(MOST_MARKS, cuts.size()))) {
      String at = cut.at();
      marks
          .addObject()
          .put("at", at.length() > LONGEST_POINTER ? at.substring(0, LONGEST_POINTER) + "…" : at)
          .put("kept", cut.kept())
          .put("of", cut.of())
          .put("unit", cut.unit().word());
    }
    if (cuts.size() > MOST_MARKS) {
      said.put("more_cuts", cuts.size() - MOST_MARKS);
    }
    said.put("hint", HINT);
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
