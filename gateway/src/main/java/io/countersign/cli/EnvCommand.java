package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.HostPort;
import io.countersign.policy.Policy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign env}. Printing the agent's token is what it is for. */
@Command(
    name = "env",
    description = {
      "Prints the environment variables with which an AWS SDK or the AWS CLI, unchanged, goes"
          + " through the gateway as an agent.",
      "Use it as: eval \"$(countersign env --agent NAME)\""
    })
final class EnvCommand implements Callable<Integer> {
  /** These come before container credentials in every SDK, so that they must not be set. */
  private static final List<String> UNSET =
      List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE");

  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--agent",
      required = true,
      paramLabel = "NAME",
      description = "The agent whose token is printed.")
  private String agent = "";

  @Option(
      names = "--connector",
      paramLabel = "NAME",
      description =
          "Use this connector only (default: found by the service and Region of each request).")
  private @Nullable String connector;

  @Option(names = "--shell", description = "Print lines for a POSIX shell (the default).")
  private boolean shell;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  EnvCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    if (shell && json) {
      throw CliException.usage("--shell and --json exclude each other");
    }
    GatewayConfig gateway = config.load(terminal, terminal.err()).config();
    Agent chosen = Chosen.check(gateway, agent, connector);
    warn(gateway);
    Map<String, String> variables = variables(gateway, chosen);
    if (json) {
      ObjectNode object = Quoted.json();
      variables.forEach(object::put);
      terminal.out().println(object.toPrettyString());
    } else {
      terminal.out().println("unset " + String.join(" ", UNSET));
      variables.forEach(
          (name, value) -> terminal.out().println("export " + name + "=" + Quoted.forShell(value)));
    }
    return ExitCode.OK;
  }

  private Map<String, String> variables(GatewayConfig gateway, Agent chosen) {
    String base = base(gateway);
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ENDPOINT_URL", base);
    variables.put(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        base + "/v1/credentials" + (connector == null ? "" : "/" + connector));
    chosen
        .plainToken()
        .ifPresentOrElse(
            token -> variables.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", token.reveal()),
            () ->
                terminal
                    .err()
                    .println(
                        "warning: the configuration does not hold the token of agent '"
                            + agent
                            + "': set AWS_CONTAINER_AUTHORIZATION_TOKEN, or"
                            + " AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, yourself"));
    String region = region(gateway, chosen);
    if (region != null) {
      variables.put("AWS_REGION", region);
      variables.put("AWS_DEFAULT_REGION", region);
    }
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    return variables;
  }

  /** The connector's Region, or the one of all connectors that the agent may use. */
  private @Nullable String region(GatewayConfig gateway, Agent chosen) {
    if (connector != null) {
      return Objects.requireNonNull(gateway.connectors().get(connector)).region();
    }
    Set<String> regions =
        Policy.of(gateway).connectors(chosen).stream()
            .map(Connector::region)
            .collect(Collectors.toSet());
    return regions.size() == 1 ? regions.iterator().next() : null;
  }

  /** The address by which an agent reaches the gateway. */
  private static String base(GatewayConfig gateway) {
    HostPort listen = gateway.listen();
    boolean any = listen.host().equals("0.0.0.0") || listen.host().equals("::");
    List<String> names = gateway.hostNames();
    if (gateway.tls() != null) {
      // The certificate is made out to a name, and an address would not match it.
      String name = names.isEmpty() ? listen.host() : names.getLast();
      return "https://" + new HostPort(name, listen.port());
    }
    return "http://" + new HostPort(any ? "127.0.0.1" : listen.host(), listen.port());
  }

  private void warn(GatewayConfig gateway) {
    String host = gateway.listen().host();
    boolean loopback = host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    if (!loopback && gateway.tls() == null) {
      terminal
          .err()
          .println(
              "warning: listen is "
                  + gateway.listen()
                  + " without tls: SDKs take these credentials over plain http from their own"
                  + " machine only. For agents on other machines set tls");
    }
    if (gateway.listen().port() == 0) {
      terminal
          .err()
          .println("warning: listen has port 0, so the port is known only once the gateway runs");
    }
  }
}
