package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.ServiceModel;
import org.junit.jupiter.api.Test;

/** What an agent's input must not bring into a request's head: headers, the path, the host. */
class InjectionTest {
  private final ServiceModel rest = TestModels.model("rest-json");

  private static ObjectNode withText(String member, String text) {
    return TestModels.with("").put(member, text);
  }

  private void refuses(ObjectNode input, String pointer, String words) {
    assertThatThrownBy(() -> TestModels.encode(rest, input))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(words)
        .extracting("pointer")
        .isEqualTo(pointer);
  }

  @Test
  void refusesALineBreakInAHeader() {
    for (String text : new String[] {"a\r\nhost: b", "a\nb", "a\rb", "a\0b", "\u007f", "\u001b"}) {
      refuses(withText("Note", text), "/Note", "control character");
    }
  }

  @Test
  void refusesALineBreakInAnItemOfAHeadersList() {
    refuses(TestModels.with("'Notes':['a','b\\r\\nc']"), "/Notes", "U+000D at position 4");
  }

  @Test
  void refusesALineBreakInAHeaderOfAMap() {
    refuses(TestModels.with("'Meta':{'k':'a\\nb'}"), "/Meta/k", "U+000A at position 1");
  }

  @Test
  void refusesALineBreakInTheNameOfAHeader() {
    refuses(TestModels.with("'Meta':{'k\\r\\nx':'a'}"), "/Meta/k\r\nx", "name of an HTTP header");
    refuses(TestModels.with("'Meta':{'a b':'a'}"), "/Meta/a b", "name of an HTTP header");
    refuses(TestModels.with("'Meta':{'a:b':'a'}"), "/Meta/a:b", "name of an HTTP header");
    refuses(TestModels.with("'Free':{'':'a'}"), "/Free/", "name of an HTTP header");
  }

  @Test
  void refusesTheNamesOfHeadersThatTheGatewaySets() {
    for (String name :
        new String[] {
          "Host",
          "authorization",
          "X-Amz-Security-Token",
          "x-amz-date",
          "Transfer-Encoding",
          "connection",
          "X-Amz-Content-SHA256"
        }) {
      refuses(TestModels.with("'Free':{'" + name + "':'a'}"), "/Free/" + name, "is not yours");
    }
  }

  @Test
  void refusesTwoValuesOfOneHeader() {
    refuses(TestModels.with("'Meta':{'k':'a','K':'b'}"), "/Meta/K", "second value");
    refuses(TestModels.with("'Note':'a','Free':{'X-Note':'b'}"), "/Free/X-Note", "second value");
  }

  @Test
  void refusesWhatIsNotAsciiInAHeader() {
    refuses(withText("Note", "caf\u00e9"), "/Note", "U+00E9 at position 3; write it in ASCII");
  }

  @Test
  void refusesALengthThatIsNotTheBodys() {
    refuses(TestModels.with("'Length':99999"), "/Length", "leave it out");
  }

  @Test
  void refusesAnEmptyLabel() {
    refuses(withText("Bucket", ""), "/Bucket", "is empty");
    refuses(withText("Key", ""), "/Key", "is empty");
  }

  @Test
  void refusesADotLabel() {
    refuses(withText("Bucket", "."), "/Bucket", "'.'");
    refuses(withText("Bucket", ".."), "/Bucket", "'..'");
    for (String key : new String[] {"..", "a/../b", "./a", "a/.", "../a"}) {
      refuses(withText("Key", key), "/Key", "would name another resource");
    }
  }

  @Test
  void refusesAnEmptySegmentOfAGreedyLabel() {
    for (String key : new String[] {"/a", "a//b", "a/"}) {
      refuses(withText("Key", key), "/Key", "empty segment");
    }
  }

  @Test
  void keepsTheKeysOfS3AsTheyAreButNoneThatLeavesItsBucket() throws BadInputException {
    ServiceModel s3 = TestModels.model("rest-xml", "s3");

    for (String key : new String[] {"a/../b", "/a", "a//b", "a/", "./a"}) {
      assertThat(TestModels.encode(s3, withText("Key", key)).path()).isEqualTo("/b/b/k/" + key);
    }
    for (String key : new String[] {"..", "../b", "a/../../b", "/../b"}) {
      assertThatThrownBy(() -> TestModels.encode(s3, withText("Key", key)))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("'..'");
    }
  }

  @Test
  void encodesAllButTheSlashesOfAGreedyLabel() throws BadInputException {
    ObjectNode input = withText("Key", "a/b c?d#e%2F\u00e9+\r\n").put("Bucket", "x/y?z");

    assertThat(TestModels.encode(rest, input).path())
        .isEqualTo("/b/x%2Fy%3Fz/k/a/b%20c%3Fd%23e%252F%C3%A9%2B%0D%0A");
  }

  @Test
  void encodesWhatStandsInTheQuery() throws BadInputException {
    assertThat(TestModels.encode(rest, withText("Find", "a&b=c d\r\n#")).query())
        .isEqualTo("thing&find=a%26b%3Dc%20d%0D%0A%23");
  }

  @Test
  void refusesAHostLabelThatWouldNameAnotherHost() {
    for (String label :
        new String[] {
          "evil.example", "a/b", "a@b", "a:443", "a#", "-a", "", "a_b", "x".repeat(64)
        }) {
      refuses(withText("Account", label), "/Account", "part of the host's name");
    }
  }

  @Test
  void putsTheHostLabelBeforeTheHost() throws BadInputException {
    assertThat(TestModels.encode(rest, TestModels.with("")).hostPrefix()).isEqualTo("a1.data.");
  }

  @Test
  void escapesWhatXmlWouldRead() throws BadInputException {
    ServiceModel xml = TestModels.model("rest-xml");
    ObjectNode input = TestModels.with("").set("Tree", TestModels.json("{'Name':'x'}"));
    ((ObjectNode) input.get("Tree")).put("Name", "]]></Name><Evil a=\"b\">&\u0001");

    assertThat(Scalars.utf8(TestModels.encode(xml, input).body()))
        .contains("<Name>]]&gt;&lt;/Name&gt;&lt;Evil a=&quot;b&quot;&gt;&amp;\ufffd</Name>");
  }

  @Test
  void encodesWhatAFormWouldRead() throws BadInputException {
    ServiceModel query = TestModels.model("query");

    assertThat(
            Scalars.utf8(
                TestModels.encode(query, TestModels.with("'Map':{'a&b':'c=d&Action=X'}")).body()))
        .contains("Map.entry.1.key=a%26b&Map.entry.1.value=c%3Dd%26Action%3DX");
  }
}
