package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Short ways to read a configuration in a test. */
final class Given {
  static final Map<String, String> VARIABLES =
      Map.of("TOKEN", "t0ken-of-an-agent-in-a-test", "EMPTY", "", "LINES", "a\nb");

  private Given() {}

  static Loaded loaded(String yaml) throws ConfigException {
    return ConfigLoader.parse(yaml, Path.of("").toAbsolutePath(), Environment.of(VARIABLES));
  }

  static GatewayConfig config(String yaml) throws ConfigException {
    return loaded(yaml).config();
  }

  /** The connector of a file that has the keys given, beneath {@code service} and Region. */
  static String connector(String... lines) {
    StringBuilder yaml =
        new StringBuilder("connectors:\n  c:\n    service: s3\n    region: eu-west-1\n");
    for (String line : lines) {
      yaml.append("    ").append(line).append('\n');
    }
    return yaml.toString();
  }

  static List<Problem> problems(String yaml) {
    try {
      loaded(yaml);
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
      assertThat(e.problems()).allSatisfy(p -> assertThat(p.message()).isNotBlank());
      return e.problems();
    }
    throw new AssertionError("this was not refused:\n" + yaml);
  }

  static List<String> refusals(String yaml) {
    return problems(yaml).stream().map(Problem::toString).toList();
  }

  static List<String> warnings(String yaml) throws ConfigException {
    return loaded(yaml).warnings().stream().map(Problem::toString).toList();
  }

  static Connector connector(GatewayConfig config, String name) {
    return Objects.requireNonNull(config.connectors().get(name), name);
  }

  static Agent agent(GatewayConfig config, String name) {
    return Objects.requireNonNull(config.agents().get(name), name);
  }
}
