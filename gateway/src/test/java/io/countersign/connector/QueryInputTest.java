package io.countersign.connector;

import static io.countersign.protocol.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QueryInputTest {
  private static void refused(String input, String pointer, String words) {
    assertThatThrownBy(() -> QueryInput.parse(json(input)))
        .as(input)
        .isInstanceOfSatisfying(
            BadInputException.class, e -> assertThat(e.pointer()).isEqualTo(pointer))
        .hasMessageContaining(words);
  }

  @Test
  void hasDefaults() throws BadInputException {
    QueryInput input = QueryInput.parse(json("{'sql':'select 1'}"));
    assertThat(input.sql()).isEqualTo("select 1");
    assertThat(input.parameters()).isNull();
    assertThat(input.limits().maxRows()).isEqualTo(1_000);
    assertThat(input.limits().timeout()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void takesNullAndEmptyParametersForNone() throws BadInputException {
    for (String none : new String[] {"null", "[]", "{}"}) {
      QueryInput input =
          QueryInput.parse(json("{'sql':'s','max_rows':null,'parameters':" + none + "}"));
      assertThat(input.parameters()).isNull();
    }
  }

  @Test
  void holdsItsBounds() throws BadInputException {
    for (long rows : new long[] {1, 100_000}) {
      assertThat(QueryInput.Limits.of(rows, null).maxRows()).isEqualTo((int) rows);
    }
    refused("{'sql':'s','max_rows':0}", "/max_rows", "between 1 and 100000");
    refused("{'sql':'s','max_rows':100001}", "/max_rows", "between 1 and 100000");
    refused("{'sql':'s','max_rows':-1}", "/max_rows", "between");
    for (long timeout : new long[] {0, 900_000}) {
      assertThat(QueryInput.Limits.of(null, timeout).timeout().toMillis()).isEqualTo(timeout);
    }
    refused("{'sql':'s','timeout_ms':900001}", "/timeout_ms", "between 0 and 900000");
    refused("{'sql':'s','timeout_ms':99999999999999999999}", "/timeout_ms", "integer");
    refused("{'sql':'s','max_rows':1.5}", "/max_rows", "integer");
    refused("{'sql':'s','max_rows':'1'}", "/max_rows", "integer");
  }

  @Test
  void wantsAStatement() throws BadInputException {
    refused("{}", "/sql", "SQL statement");
    refused("{'sql':''}", "/sql", "SQL statement");
    refused("{'sql':' \\n '}", "/sql", "SQL statement");
    refused("{'sql':7}", "/sql", "SQL statement");
    ObjectNode longest = Json.nodes().objectNode().put("sql", "x".repeat(262_144));
    assertThat(QueryInput.parse(longest).sql()).hasSize(262_144);
    ObjectNode tooLong = Json.nodes().objectNode().put("sql", "x".repeat(262_145));
    assertThatThrownBy(() -> QueryInput.parse(tooLong)).isInstanceOf(BadInputException.class);
  }

  @Test
  void refusesAnUnknownMemberAndSuggestsTheNearest() {
    refused("{'sql':'s','maxrows':1}", "/maxrows", "did you mean max_rows?");
    refused("{'sql':'s','Database':'x'}", "/Database", "no such member");
  }
}
