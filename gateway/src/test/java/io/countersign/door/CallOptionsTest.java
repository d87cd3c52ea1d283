package io.countersign.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameters of a call, at their limits and beyond. */
class CallOptionsTest {
  private static CallOptions parse(String... pairs) throws Refused {
    Map<String, String> query = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      query.put(pairs[i], pairs[i + 1]);
    }
    return CallOptions.parse(query);
  }

  private static Refusal refusal(String... pairs) {
    try {
      throw new AssertionError("was taken: " + parse(pairs));
    } catch (Refused e) {
      return e.refusal();
    }
  }

  @Test
  void noneIsTheCallAsItIs() throws Refused {
    assertThat(parse()).isEqualTo(CallOptions.NONE);
    assertThat(CallOptions.NONE.enveloped()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "max_bytes,1024",
    "max_bytes,33554432",
    "pages,1",
    "pages,10000",
    "pages,all",
    "max_items,1",
    "max_items,1000000"
  })
  void takesTheLeastAndTheMost(String name, String value) throws Refused {
    assertThat(parse(name, value).enveloped()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "max_bytes,1023",
    "max_bytes,33554433",
    "max_bytes,",
    "max_bytes,-1",
    "max_bytes,1e9",
    "max_bytes,٣٣٣٣٣",
    "max_bytes,99999999999999999999",
    "pages,0",
    "pages,10001",
    "pages,ALL",
    "pages,''",
    "max_items,0",
    "max_items,1000001",
    "empty,no",
    "next,''"
  })
  void refusesWhatIsBeyond(String name, String value) {
    Refusal refusal = refusal(name, value == null ? "" : value);

    assertThat(refusal.code()).isEqualTo("bad-parameter");
    assertThat(refusal.detail()).contains(name);
    assertThat(refusal.hint()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,true", "900,true", "901,false", "-1,false"})
  void waitsAsLongAsItMay(String seconds, boolean taken) throws Refused {
    if (taken) {
      assertThat(parse("wait", "true", "wait_seconds", seconds).waitSeconds())
          .isEqualTo(Integer.parseInt(seconds));
    } else {
      assertThat(refusal("wait", "true", "wait_seconds", seconds).code())
          .isEqualTo("bad-parameter");
    }
  }

  @Test
  void aBoundOnItemsMeansAllPagesAndAPlaceToGoOnMeansOne() throws Refused {
    assertThat(parse("max_items", "5").pages()).isEqualTo(CallOptions.ALL);
    assertThat(parse("next", "x").pages()).isEqualTo(1);
    assertThat(parse("next", "x", "pages", "3").pages()).isEqualTo(3);
    assertThat(parse("next", "n".repeat(CallOptions.LONGEST_NEXT)).next()).isNotNull();
    assertThat(refusal("next", "n".repeat(CallOptions.LONGEST_NEXT + 1)).detail())
        .startsWith("next");
  }

  @Test
  void waitAndPagesCannotStandTogether() {
    for (String other : List.of("pages", "max_items", "next")) {
      assertThat(refusal("wait", "true", other, "1").detail())
          .isEqualTo("wait and " + other + " cannot stand together");
    }
    assertThat(refusal("wait_seconds", "5").hint()).contains("wait=true");
  }

  @Test
  void namesTheParameterThatWasMeant() {
    assertThat(refusal("max_item", "5").hint()).startsWith("did you mean max_items? ");
  }

  @Test
  void namesThePlaceInAnExpressionThatIsNone() {
    Refusal refusal = refusal("select", "a..b");

    assertThat(refusal.code()).isEqualTo("bad-expression");
    assertThat(refusal.detail()).contains("line 1 column 3");
    assertThat(refusal.hint()).contains("JMESPath");
  }

  @Test
  void readsAnyQueryOrRefusesIt() throws Refused {
    Random random = new Random(20261124);
    String[] names = {
      "select", "empty", "max_bytes", "pages", "max_items", "next", "wait", "wait_seconds", "x", ""
    };
    String[] values = {
      "",
      "all",
      "true",
      "keep",
      "1",
      "0",
      "1024",
      "-5",
      "999999999999",
      "a.b",
      "a[",
      "\u0000",
      "é",
      "TableExists",
      " 7",
      "7 ",
      "0x10",
      "١"
    };
    for (int i = 0; i < 50_000; i++) {
      Map<String, String> query = new HashMap<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        query.put(
            names[random.nextInt(names.length)],
            values[random.nextInt(values.length)] + values[random.nextInt(values.length)]);
      }
      try {
        assertThat(CallOptions.parse(query).pages()).isNotNegative();
      } catch (Refused e) {
        assertThat(e.refusal().kind()).isEqualTo(Refusal.Kind.MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"a=1+2,1 2", "a=1%2B2,1+2", "a=%C3%A9,é", "a,''", "&&a=b&,b"})
  void readsTheQueryAsFormsWriteIt(String query, String value) throws Refused {
    Head head = new Head("POST", "/v1/connectors/c/Op", query, 0);

    assertThat(((ToolRequest.Call) ToolRequest.of(head)).query())
        .containsExactly(Map.entry("a", value));
  }

  @Test
  void refusesAQueryThatCannotBeRead() {
    for (String query : List.of("a=%", "a=%g0", "a=1&a=2", "%=1")) {
      Head head = new Head("POST", "/v1/connectors/c/Op", query, 0);
      assertThatThrownBy(() -> ToolRequest.of(head)).isInstanceOf(Refused.class);
    }
  }
}
