package io.countersign.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScrapeTest {
  private static final String TEXT =
      """
      # HELP a_total Some.
      # TYPE a_total counter
      a_total{x="1"} 3.0
      a_total{x="two words"} 5.0
      a_total_other 7.0
      b +Inf
      """;

  @Test
  void readsSamplesAndSumsThem() {
    Scrape scrape = Scrape.parse(TEXT);
    assertThat(scrape.sum("a_total{", "x=")).isEqualTo(8);
    assertThat(scrape.value("b")).isInfinite();
    assertThat(scrape.value("c")).isZero();
  }

  @Test
  void showsOnlyWhatGrewAndOnlyWholeNames() {
    Scrape before = Scrape.parse("a_total{x=\"1\"} 3.0\na_total_other 1.0\n");
    assertThat(Scrape.parse(TEXT).movedSince(before, List.of("a_total")))
        .singleElement()
        .asString()
        .matches("a_total\\{x=\"two words\"} +\\+5");
  }
}
