package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ServiceModel;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputCheckTest {
  private final ServiceModel model = TestModels.model("json");

  private void check(String members) throws BadInputException {
    InputCheck.check("things:Put", TestModels.input(model), TestModels.with(members));
  }

  private void refuses(String members, String message) {
    assertThatThrownBy(() -> check(members)).hasMessage(message);
  }

  @Test
  void namesAMemberThatIsMissingHoweverDeep() {
    refuses(
        "'Tree':{'Name':'a','Children':[{'Name':'b'},{'Children':[]}]}",
        "/Tree/Children/1/Name: missing; Tree requires it, and it must be a string");
    refuses("'Key':null", "/Key: missing; things:Put requires it, and it must be a string");
  }

  @Test
  void namesTheNearestNameOfAMisspeltMember() {
    refuses(
        "'Tree':{'Name':'a','Childen':[]}",
        "/Tree/Childen: Tree has no such member; did you mean Children?");
    refuses(
        "'Choice':{'Middle':'a'}", "/Choice/Middle: Choice has no such member; it has Left, Right");
  }

  @Test
  void saysWhatAValueIsAndWhatItMustBe() {
    refuses("'Tree':[]", "/Tree: is an array, but must be an object");
    refuses("'Tree':{'Name':1}", "/Tree/Name: is a number, but must be a string");
    refuses("'Texts':'a'", "/Texts: is a string, but must be an array");
    refuses("'Map':[]", "/Map: is an array, but must be an object");
    refuses("'On':'true'", "/On: is a string, but must be a boolean");
    refuses("'Count':'1'", "/Count: is a string, but must be an integer");
    refuses("'Share':'1'", "/Share: is a string, but must be a number");
    refuses("'Data':1", "/Data: is a number, but must be a base64 string");
    refuses(
        "'When':true",
        "/When: is a boolean, but must be a timestamp (seconds since 1970-01-01T00:00:00Z, or ISO"
            + " 8601)");
  }

  @Test
  void escapesAPointer() {
    refuses("'Map':{'a/b~c':1}", "/Map/a~1b~0c: is a number, but must be a string");
  }

  @Test
  void refusesAUnionThatHasNotExactlyOneMember() throws BadInputException {
    refuses("'Choice':{}", "/Choice: has 0 members, but must have exactly one of Left, Right");
    refuses(
        "'Choice':{'Left':'a','Right':1}",
        "/Choice: has 2 members, but must have exactly one of Left, Right");
    check("'Choice':{'Left':'a','Right':null}");
  }

  @Test
  void refusesNullsButInSparseListsAndDocuments() throws BadInputException {
    refuses("'Texts':['a',null]", "/Texts/1: is null, but must be a string");
    refuses("'Map':{'a':null}", "/Map/a: is null, but must be a string");
    check("'Sparse':['a',null],'Any':{'a':[null]}");
  }

  @Test
  void refusesNumbersThatDoNotFit() throws BadInputException {
    check("'Small':127,'Count':-2147483648,'Big':9223372036854775807");
    check("'Count':7.0,'Share':1e300");
    refuses("'Small':128", "/Small: is 128, but must be an integer of 8 bits");
    refuses("'Count':2147483648", "/Count: is 2147483648, but must be an integer of 32 bits");
    refuses("'Big':0", "/Big: is 0, but must be 1 at least");
    refuses(
        "'Count':1.5",
        "/Count: is a number with a fraction or too many digits, but must be an integer");
    refuses(
        "'Count':1e999999999",
        "/Count: is a number with a fraction or too many digits, but must be an integer");
    refuses(
        "'Count':1e-999999999",
        "/Count: is a number with a fraction or too many digits, but must be an integer");
  }

  @Test
  void takesTheNumbersThatJsonLacksAsStrings() throws BadInputException {
    check("'Share':'NaN'");
    check("'Share':'-Infinity'");
  }

  @Test
  void takesTimestampsAsTextAndAsSeconds() throws BadInputException {
    check("'When':'2026-01-31T12:00:00+02:00'");
    check("'When':1769860800.5");
    for (String when : new String[] {"'yesterday'", "''", "1e999999999", "1e30", "-1e-99999999"}) {
      refuses(
          "'When':" + when,
          "/When: is no timestamp; write it as 2026-01-31T12:00:00Z or as seconds");
    }
  }

  @Test
  void refusesWhatIsNoBase64() {
    assertThatThrownBy(() -> check("'Data':'a b'"))
        .hasMessageStartingWith("/Data: is a string, but must be base64 (RFC 4648, section 4)");
  }

  @Test
  void refusesWhatIsShorterThanTheLeast() {
    refuses("'Texts':[]", "/Texts: has 0 elements, but must have 1 at least");
  }

  @Test
  void refusesWhatIsNoUnicodeText() throws BadInputException {
    for (String text : new String[] {"a\ud800", "\udc00", "\ud800a", "\ud800\ud800"}) {
      assertThatThrownBy(
              () ->
                  InputCheck.check(
                      "things:Put",
                      TestModels.input(model),
                      TestModels.with("").put("Token", text)))
          .hasMessageStartingWith("/Token: has a half of a surrogate pair");
    }
    check("'Token':'\ud83d\ude39'");
  }

  @Test
  void passesAnEnumerationsValueThatTheModelDoesNotKnow() throws BadInputException {
    check("'Colour':'ULTRAVIOLET'");
  }

  @Test
  void refusesAnInputForAnOperationThatTakesNone() {
    refuses("'Nope':1", "/Nope: things:Put has no such member; did you mean Note?");
  }

  @Test
  void whateverAnAgentWritesRaisesOnlyABadInputException() {
    Random random = new Random(7);
    String[] protocols = {"json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"};
    ServiceModel[] models = new ServiceModel[protocols.length];
    for (int i = 0; i < protocols.length; i++) {
      models[i] = TestModels.model(protocols[i]);
    }
    int passed = 0;
    for (int round = 0; round < 10_000; round++) {
      ObjectNode input = TestModels.with("");
      for (int i = random.nextInt(4); i >= 0; i--) {
        var members = TestModels.input(model).target().members();
        String name =
            random.nextInt(20) == 0 ? "Nope" : members.get(random.nextInt(members.size())).name();
        input.set(name, anything(random, 0));
      }
      try {
        TestModels.encode(models[round % models.length], input);
        passed++;
      } catch (BadInputException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(passed).isGreaterThan(300);
  }

  private static JsonNode anything(Random random, int depth) {
    var nodes = Json.nodes();
    return switch (random.nextInt(depth > 3 ? 9 : 12)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.textNode("2026-01-31T12:00:00Z");
      case 2 -> nodes.textNode("a\r\n\u0000\ud800\u00e9/..");
      case 3 -> nodes.textNode("YWJj");
      case 4 -> nodes.numberNode(random.nextLong());
      case 5 -> nodes.numberNode(new BigDecimal("1e" + random.nextInt(-2_000_000, 2_000_000)));
      case 6 -> nodes.numberNode(random.nextInt(200));
      case 7 -> nodes.booleanNode(random.nextBoolean());
      case 8 -> nodes.textNode("NaN");
      case 9 -> nodes.arrayNode().add(anything(random, depth + 1)).add(anything(random, depth + 1));
      case 10 -> nodes.objectNode().put("Name", "x").set("Children", anything(random, depth + 1));
      default ->
          nodes.objectNode().set(random.nextBoolean() ? "Left" : "k", anything(random, depth + 1));
    };
  }
}
