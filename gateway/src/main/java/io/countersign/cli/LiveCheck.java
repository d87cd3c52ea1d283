package io.countersign.cli;

import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Sts;
import io.countersign.credentials.RoleCheck;
import java.io.PrintStream;

/** {@code check --live}: gets the credentials of every connector, and prints how each step went. */
final class LiveCheck {
  private final PrintStream out;
  private final Checker checker;

  /** {@link RoleCheck#check}, or a stand-in. */
  interface Checker {
    RoleCheck.Report check(Connector connector, Sts defaults, String agent)
        throws InterruptedException;
  }

  LiveCheck(PrintStream out, Checker checker) {
    this.out = out;
    this.checker = checker;
  }

  /** Asks AWS. */
  static int run(GatewayConfig config, PrintStream out) throws InterruptedException {
    try (RoleCheck check = RoleCheck.live()) {
      return new LiveCheck(out, check::check).run(config);
    }
  }

  int run(GatewayConfig config) throws InterruptedException {
    int failed = 0;
    for (Connector connector : config.connectors().values()) {
      RoleCheck.Report report = checker.check(connector, config.sts(), agent(config, connector));
      out.println(connector.name() + ": " + (report.ok() ? "gets credentials" : "FAILED"));
      report.steps().forEach(this::print);
      failed += report.ok() ? 0 : 1;
    }
    int all = config.connectors().size();
    out.println(
        all
            - failed
            + " of "
            + all
            + (all == 1 ? " connector gets" : " connectors get")
            + " credentials");
    return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  /** The first agent that may use the connector: whose session it is, where there are templates. */
  private static String agent(GatewayConfig config, Connector connector) {
    return config.agents().values().stream()
        .filter(agent -> agent.allow().stream().anyMatch(g -> g.names(connector.name())))
        .map(Agent::name)
        .findFirst()
        .orElse("check");
  }

  private void print(RoleCheck.Step step) {
    String mark =
        switch (step.outcome()) {
          case OK -> "ok      ";
          case WARNING -> "warning ";
          case FAILED -> "failed  ";
          case SKIPPED -> "skipped ";
        };
    out.println("  " + mark + step.what());
    if (!step.answer().isEmpty()) {
      out.println("          " + step.answer());
    }
    step.mends().forEach(mend -> out.println("          - " + mend));
  }
}
