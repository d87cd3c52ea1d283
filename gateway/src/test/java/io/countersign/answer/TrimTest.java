package io.countersign.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** JSON that is cut stays JSON, keeps its form, fits, and says what is missing. */
class TrimTest {
  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  private static JsonNode json(JsonNode value) throws IOException {
    return Json.mapper().readTree(value.toString());
  }

  private static String trimmed(String text, long bytes) throws IOException {
    return Trim.to(json(text), bytes).value().toString().replace('"', '\'');
  }

  @Test
  void leavesWhatFitsAsItIs() throws IOException {
    JsonNode value = json("{'a':[1,2],'b':'x'}");

    Trim.Trimmed trimmed = Trim.to(value, 19);

    assertThat(trimmed.value()).isSameAs(value);
    assertThat(trimmed.cuts()).isEmpty();
    assertThat(Trim.to(value, 18).cuts()).isNotEmpty();
  }

  @Test
  void keepsTheFirstItemsOfAList() throws IOException {
    assertThat(trimmed("[10,20,30,40]", 10)).isEqualTo("[10,20,30]");
    assertThat(Trim.to(json("[10,20,30,40]"), 10).cuts())
        .containsExactly(new Cut("", 3, 4, Cut.Unit.ITEMS));
  }

  @Test
  void cutsTheLargestMemberFirst() throws IOException {
    String value = "{'name':'bucket','keys':['aaaaaaaaaa','bbbbbbbbbb','cccccccccc'],'n':7}";

    assertThat(trimmed(value, 55)).isEqualTo("{'name':'bucket','keys':['aaaaaaaaaa'],'n':7}");
    assertThat(Trim.to(json(value), 55).cuts())
        .containsExactly(new Cut("/keys", 1, 3, Cut.Unit.ITEMS));
  }

  @Test
  void cutsTheFirstItemWhereNotOneHasRoom() throws IOException {
    assertThat(trimmed("[{'a':'xxxxxxxxxxxxxxxxxxxx'},2]", 16)).isEqualTo("[{'a':'xxxxxx'}]");
    assertThat(Trim.to(json("[{'a':'xxxxxxxxxxxxxxxxxxxx'},2]"), 16).cuts())
        .containsExactly(
            new Cut("", 1, 2, Cut.Unit.ITEMS), new Cut("/0/a", 6, 20, Cut.Unit.CHARACTERS));
  }

  @Test
  void dropsMembersOnlyWhereTheirNamesHaveNoRoom() throws IOException {
    assertThat(trimmed("{'aaaa':1,'bbbb':2,'cccc':3}", 20)).isEqualTo("{'aaaa':1,'bbbb':2}");
  }

  @Test
  void neverCutsACharacterInTwo() throws IOException {
    assertThat(trimmed("'\uD83E\uDD80\uD83E\uDD80'", 9)).isEqualTo("'\uD83E\uDD80'");
    assertThat(trimmed("'ééé'", 7)).isEqualTo("'éé'");
  }

  @Test
  void sizesAreThoseOfTheText() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      JsonNode value = any(random, 4);
      assertThat(Sizes.of(value))
          .isEqualTo(value.toString().getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void whateverItIsTheEnvelopeFitsAndTellsTheTruth() throws IOException {
    Random random = new Random(20261124);
    for (int i = 0; i < 3_000; i++) {
      ObjectNode value = Json.nodes().objectNode();
      value.set("first", any(random, 5));
      value.set("second", any(random, 5));
      long limit = 1_024L + random.nextInt(4_096);
      byte[] bytes = Envelope.write(Json.nodes().objectNode().put("next", "n"), value, limit);
      assertThat(bytes.length).isLessThanOrEqualTo((int) limit);
      JsonNode written = Json.mapper().readTree(bytes);
      if (!written.has("cut")) {
        assertThat(written.get("output")).isEqualTo(json(value));
        continue;
      }
      assertThat(written.path("hint").asText()).contains("max_bytes");
      for (JsonNode cut : written.get("cut")) {
        assertThat(cut.path("kept").asLong()).isLessThan(cut.path("of").asLong());
        JsonNode whole = value.at(cut.path("at").asText());
        JsonNode left = written.get("output").at(cut.path("at").asText());
        if (cut.path("unit").asText().equals("items")) {
          assertThat(left.size()).isEqualTo(cut.path("kept").asInt());
          assertThat(whole.size()).isEqualTo(cut.path("of").asInt());
        }
      }
    }
  }

  @Test
  void tellsThatThereAreMoreCutsThanItLists() throws IOException {
    ObjectNode value = Json.nodes().objectNode();
    for (int i = 0; i < 40; i++) {
      value.put("m" + i, "x".repeat(500));
    }

    JsonNode written =
        Json.mapper().readTree(Envelope.write(Json.nodes().objectNode(), value, 10_000));

    assertThat(written.get("cut")).hasSize(20);
    assertThat(written.get("more_cuts").intValue()).isEqualTo(20);
  }

  @Test
  void whatIsSaidIsNeverCut() throws IOException {
    String next = "n".repeat(3_000);

    JsonNode written =
        Json.mapper()
            .readTree(
                Envelope.write(
                    Json.nodes().objectNode().put("next", next), json("['a','b']"), 1_024));

    assertThat(written.get("next").textValue()).isEqualTo(next);
    assertThat(written.get("output").isNull()).isTrue();
    assertThat(written.at("/cut/0").toString())
        .isEqualTo("{\"at\":\"\",\"kept\":0,\"of\":9,\"unit\":\"bytes\"}");
  }

  private static JsonNode any(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> Json.nodes().nullNode();
      case 1 -> Json.nodes().booleanNode(random.nextBoolean());
      case 2 -> Json.nodes().numberNode(random.nextLong());
      case 3 -> Json.nodes().numberNode(random.nextDouble());
      case 4 -> text(random, random.nextInt(depth == 5 ? 2_000 : 60));
      case 5, 6 -> {
        ArrayNode list = Json.nodes().arrayNode();
        for (int n = random.nextInt(12); n > 0; n--) {
          list.add(any(random, depth - 1));
        }
        yield list;
      }
      default -> {
        ObjectNode object = Json.nodes().objectNode();
        for (int n = random.nextInt(12); n > 0; n--) {
          object.set("k/~" + random.nextInt(1_000), any(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static JsonNode text(Random random, int length) {
    List<String> parts = List.of("a", "\"", "\\", "\n", "\u0001", "é", "中", "\uD83E\uDD80");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return Json.nodes().textNode(text.toString());
  }
}
