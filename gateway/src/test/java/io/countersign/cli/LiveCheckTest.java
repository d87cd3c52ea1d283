package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.ConfigLoader;
import io.countersign.config.Environment;
import io.countersign.config.GatewayConfig;
import io.countersign.credentials.RoleCheck.Outcome;
import io.countersign.credentials.RoleCheck.Report;
import io.countersign.credentials.RoleCheck.Step;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveCheckTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int run(LiveCheck.Checker checker) throws Exception {
    GatewayConfig config =
        ConfigLoader.parse(
                "connectors: {a: {service: s3, region: eu-west-1}, b: {service: s3, region:"
                    + " eu-west-1}}",
                Path.of(""),
                Environment.of(Map.of()))
            .config();
    return new LiveCheck(new PrintStream(out, true, StandardCharsets.UTF_8), checker).run(config);
  }

  @Test
  void printsEachStepAndItsMend() throws Exception {
    int exitCode =
        run(
            (connector, sts, agent) ->
                new Report(
                    connector.name(),
                    connector.name().equals("a")
                        ? List.of(new Step(Outcome.OK, "GetCallerIdentity", "arn:x", List.of()))
                        : List.of(
                            new Step(Outcome.FAILED, "AssumeRole of r", "denied", List.of("mend")),
                            new Step(Outcome.SKIPPED, "GetCallerIdentity", "", List.of()))));

    assertThat(exitCode).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            a: gets credentials
              ok      GetCallerIdentity
                      arn:x
            b: FAILED
              failed  AssumeRole of r
                      denied
                      - mend
              skipped GetCallerIdentity
            1 of 2 connectors get credentials
            """);
  }

  @Test
  void isSatisfiedWhenEveryConnectorGetsCredentials() throws Exception {
    assertThat(
            run(
                (connector, sts, agent) ->
                    new Report(
                        connector.name(), List.of(new Step(Outcome.WARNING, "x", "y", List.of())))))
        .isZero();
  }
}
