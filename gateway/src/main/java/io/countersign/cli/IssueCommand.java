package io.countersign.cli;

import io.countersign.config.Durations;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Loaded;
import io.countersign.identity.IssuedKey;
import io.countersign.identity.VirtualKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign credentials issue}. Printing a secret is what it is for. */
@Command(
    name = "issue",
    description = {
      "Prints virtual credentials for tools that know only an access key and a secret.",
      "They are good at a gateway whose configuration has the same virtual-credentials.key."
    })
final class IssueCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "NAME",
      description = "The agent that the credentials stand for.")
  private String agent = "";

  @Option(
      names = "--connector",
      paramLabel = "NAME",
      description =
          "The connector that they lead to (default: found by the service and Region of each"
              + " request).")
  private @Nullable String connector;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      description =
          "How long they last, such as 30m or 12h, at most virtual-credentials.max-ttl (default:"
              + " virtual-credentials.ttl).")
  private @Nullable String ttl;

  @Option(
      names = "--json",
      description = "Print JSON that credential_process of the AWS CLI and SDKs takes.")
  private boolean json;

  IssueCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    Loaded loaded = config.load(terminal, terminal.err());
    GatewayConfig gateway = loaded.config();
    Chosen.check(gateway, agent, connector);
    VirtualKeys keys = VirtualKeys.of(gateway, terminal.clock(), new SecureRandom());
    if (keys.keyIsRandom()) {
      throw CliException.failed(
          config.file()
              + " has no virtual-credentials.key, so the running gateway has drawn one that"
              + " nobody else knows; add key: ${file:PATH} with the output of"
              + " 'openssl rand -hex 32', and restart the gateway");
    }
    IssuedKey issued = keys.issue(agent, connector, duration(gateway));
    terminal.out().print(json ? asJson(issued) : asShell(issued));
    return ExitCode.OK;
  }

  private Duration duration(GatewayConfig gateway) throws CliException {
    if (ttl == null) {
      return gateway.virtualCredentials().ttl();
    }
    Duration asked =
        Durations.parse(ttl)
            .orElseThrow(
                () ->
                    CliException.usage(
                        "--ttl '"
                            + ttl
                            + "' is not a duration; write a whole number and a unit: 12h"));
    Duration most = gateway.virtualCredentials().maxTtl();
    if (asked.compareTo(VirtualKeys.MIN_TTL) < 0 || asked.compareTo(most) > 0) {
      throw CliException.failed(
          "--ttl "
              + ttl
              + " is not within 1s to "
              + most.toMinutes()
              + "m, the virtual-credentials.max-ttl of "
              + config.file());
    }
    return asked;
  }

  private static String asShell(IssuedKey issued) {
    return "# good until "
        + issued.expiration()
        + "\nexport AWS_ACCESS_KEY_ID="
        + Quoted.forShell(issued.accessKeyId())
        + "\nexport AWS_SECRET_ACCESS_KEY="
        + Quoted.forShell(issued.secretAccessKey())
        + "\n";
  }

  /**
   * See <a
   * href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html">Process
   * credential provider</a>.
   */
  private static String asJson(IssuedKey issued) {
    return Quoted.json()
            .put("Version", 1)
            .put("AccessKeyId", issued.accessKeyId())
            .put("SecretAccessKey", issued.secretAccessKey())
            .put("SessionToken", issued.sessionToken())
            .put("Expiration", issued.expiration().toString())
            .toPrettyString()
        + "\n";
  }
}
