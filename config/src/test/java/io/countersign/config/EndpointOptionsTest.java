package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.EndpointOptions.AccountEndpoints;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Which of AWS's endpoints a connector uses, and the lines of problems that are found later. */
class EndpointOptionsTest {
  private static Loaded load(String more) throws ConfigException {
    return ConfigLoader.parse(
        """
        agents:
          a:
            token: 0123456789abcdef0123456789abcdef
            allow:
              - connector: c
                operations: [Get*]
        connectors:
          c:
            service: s3
            region: eu-west-1
        """
            + more,
        Path.of("."),
        Environment.of(Map.of()));
  }

  private static EndpointOptions options(String more) throws ConfigException {
    return Objects.requireNonNull(load(more).config().connectors().get("c")).endpoints();
  }

  @Test
  void theOrdinaryEndpointIsTheDefault() throws Exception {
    assertThat(options("")).isEqualTo(EndpointOptions.DEFAULT);
  }

  @Test
  void eachOptionIsRead() throws Exception {
    assertThat(
            options(
                """
                    fips: true
                    dual-stack: true
                    path-style: false
                    account-endpoints: required
                """))
        .isEqualTo(new EndpointOptions(true, true, false, false, AccountEndpoints.REQUIRED));
    assertThat(options("    accelerate: true\n").accelerate()).isTrue();
    assertThatThrownBy(() -> options("    account-endpoints: sometimes\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("account-endpoints");
  }

  @Test
  void aProblemThatIsFoundLaterGetsTheLineOfItsPathOrOfWhatThatIsIn() throws Exception {
    Loaded loaded = load("    fips: true\n");
    assertThat(line(loaded, "connectors.c.fips")).isEqualTo(11);
    assertThat(line(loaded, "connectors.c.accelerate")).isEqualTo(8);
    assertThat(line(loaded, "agents.a.allow[0].operations[0]")).isEqualTo(6);
    assertThat(line(loaded, "nowhere.at[1].all")).isZero();
    Problem known = new Problem("connectors.c.fips", 3, 1, "m", "");
    assertThat(loaded.located(known)).isEqualTo(known);
  }

  private static int line(Loaded loaded, String path) {
    return loaded.located(new Problem(path, 0, 0, "m", "mend")).line();
  }
}
