package io.countersign.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random tokens and answers: one kind of exception each. */
class AnyInputTest {
  @Test
  void readsAnyTokenWithoutAnotherException() {
    Random random = new Random(11);
    String good = new PageToken("page", 7).encode();
    for (int i = 0; i < 20_000; i++) {
      StringBuilder token = new StringBuilder(random.nextBoolean() ? good : "");
      for (int n = random.nextInt(5); n >= 0; n--) {
        token.insert(random.nextInt(token.length() + 1), (char) (32 + random.nextInt(100)));
      }
      try {
        assertThat(PageToken.decode(token.toString()).row()).isNotNegative();
      } catch (BadInputException e) {
        assertThat(e.pointer()).isEqualTo("/next");
      }
    }
    assertThatThrownBy(() -> PageToken.decode("A".repeat(16_385)))
        .isInstanceOf(BadInputException.class);
  }

  @Test
  void readsAnyAnswerWithoutAnotherException() throws Exception {
    Random random = new Random(13);
    Engine[] engines = {new RedshiftData(), new Athena()};
    String[] names = {
      "Status",
      "State",
      "QueryExecution",
      "Records",
      "ColumnMetadata",
      "ResultSet",
      "Rows",
      "Data",
      "ResultSetMetadata",
      "ColumnInfo",
      "NextToken",
      "longValue",
      "VarCharValue",
      "Name",
      "Type"
    };
    for (int i = 0; i < 20_000; i++) {
      ObjectNode answer = Json.nodes().objectNode();
      grow(answer, names, random, 5);
      for (Engine engine : engines) {
        try {
          assertThat(engine.progress(answer)).isNotNull();
        } catch (GarbledAnswerException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
        try {
          assertThat(engine.page(answer, random.nextBoolean())).isNotNull();
        } catch (GarbledAnswerException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }

  private static void grow(ObjectNode into, String[] names, Random random, int depth) {
    for (int n = random.nextInt(5); n >= 0; n--) {
      into.set(names[random.nextInt(names.length)], value(names, random, depth));
    }
  }

  private static JsonNode value(String[] names, Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> Json.nodes().textNode(random.nextBoolean() ? "FINISHED" : "");
      case 1 -> Json.nodes().numberNode(random.nextInt());
      case 2 -> Json.nodes().nullNode();
      case 3 -> Json.nodes().booleanNode(true);
      case 4 -> {
        ArrayNode array = Json.nodes().arrayNode();
        for (int n = random.nextInt(3); n > 0; n--) {
          array.add(value(names, random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = Json.nodes().objectNode();
        grow(object, names, random, depth - 1);
        yield object;
      }
    };
  }
}
