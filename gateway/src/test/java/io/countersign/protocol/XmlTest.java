package io.countersign.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class XmlTest {
  @Test
  void boundsDepthAndSizeOfXml() throws GarbledAnswerException {
    assertThat(Xml.parse(nested(32).getBytes(UTF_8)).name()).isEqualTo("a");
    assertThatThrownBy(() -> Xml.parse(nested(33).getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class);
    String wide = "<r>" + "<a/>".repeat(9_999) + "</r>";
    assertThat(Xml.parse(wide.getBytes(UTF_8)).children()).hasSize(9_999);
    assertThatThrownBy(() -> Xml.parse(("<r>" + "<a/>".repeat(10_000) + "</r>").getBytes(UTF_8)))
        .isInstanceOf(GarbledAnswerException.class);
  }

  private static String nested(int levels) {
    return "<a>".repeat(levels) + "</a>".repeat(levels);
  }
}
