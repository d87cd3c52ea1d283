package io.countersign.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every source is formatted by google-java-format. It runs here rather than in a Maven plugin
 * because it parses with the compiler of the JDK it runs on, and Maven may run on an older one.
 */
class SourceFormatTest {
  private static final boolean APPLY = Boolean.getBoolean("format.apply");

  @Test
  void everySourceIsFormatted() throws IOException, FormatterException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    for (Path source : sources(root)) {
      String before = Files.readString(source);
      String after = formatter.formatSourceAndFixImports(before);
      if (!after.equals(before)) {
        if (APPLY) {
          Files.writeString(source, after);
        } else {
          unformatted.add(root.relativize(source).toString());
        }
      }
    }
    assertThat(unformatted)
        .as(
            "format them with: mvn -q -pl gateway -am test -Dtest=SourceFormatTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dformat.apply=true")
        .isEmpty();
  }

  private static List<Path> sources(Path root) {
    List<Path> sources = new ArrayList<>();
    for (String module :
        List.of("signer", "signer/sdk", "config", "gateway", "gateway/sandbox", "benchmarks")) {
      Path folder = root.resolve(module).resolve("src");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(f -> f.toString().endsWith(".java")).forEach(sources::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return sources;
  }
}
