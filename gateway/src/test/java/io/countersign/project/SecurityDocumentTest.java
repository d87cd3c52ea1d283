package io.countersign.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.testkit.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/security.md} to the tests that there are. */
class SecurityDocumentTest {
  private static final Pattern REFERENCE = Pattern.compile("`([A-Za-z0-9]+)#([A-Za-z0-9]+)`");
  private static final Pattern LINE = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|$");
  private static final int THREATS = 21;

  private static String document() throws IOException {
    return Files.readString(Places.project().resolve("docs/security.md"));
  }

  @Test
  void everyThreatHasItsLine() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    Matcher lines = LINE.matcher(document());
    while (lines.find()) {
      numbers.add(Integer.valueOf(lines.group(1)));
    }
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, THREATS).boxed().toList());
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Places.project())) {
      sources =
          files
              .filter(f -> f.toString().contains("src/test/java") && f.toString().endsWith(".java"))
              .toList();
    }
    List<String> missing = new ArrayList<>();
    int named = 0;
    Matcher references = REFERENCE.matcher(document());
    while (references.find()) {
      named++;
      if (!exists(sources, references.group(1), references.group(2))) {
        missing.add(references.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(THREATS);
  }

  private static boolean exists(List<Path> sources, String type, String method) throws IOException {
    for (Path source : sources) {
      if (source.getFileName().toString().equals(type + ".java")) {
        String text = Files.readString(source);
        int at = text.indexOf("void " + method + "(");
        // Members stand apart by an empty line, so that what is between are its annotations.
        String annotations = at < 0 ? "" : text.substring(text.lastIndexOf("\n\n", at), at);
        if (annotations.contains("@Test") || annotations.contains("@ParameterizedTest")) {
          return true;
        }
      }
    }
    return false;
  }
}
