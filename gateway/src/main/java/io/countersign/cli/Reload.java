package io.countersign.cli;

import io.countersign.config.ConfigWatcher;
import io.countersign.config.Loaded;
import io.countersign.config.Problem;
import io.countersign.gateway.Gateway;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;

/** Hands a changed configuration to the gateway, and reports what became of it. */
final class Reload implements ConfigWatcher.Listener {
  private final Gateway gateway;
  private final Clock clock;
  private final Logger log;

  Reload(Gateway gateway, Clock clock, Logger log) {
    this.gateway = gateway;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public void changed(Loaded loaded) {
    try {
      gateway.reload(loaded.config());
      report(loaded);
    } catch (IOException | RuntimeException e) {
      gateway.metrics().config().refused();
      log.error("The changed configuration cannot be taken up, the old one stays", e);
    }
  }

  @Override
  public void refused(List<Problem> problems) {
    gateway.metrics().config().refused();
    log.error(
        "The changed configuration is refused, the old one stays ({} in all)", problems.size());
    problems.forEach(problem -> log.error("Configuration: {}", problem));
  }

  /** A configuration is in force. */
  void report(Loaded loaded) {
    gateway.metrics().config().loaded(clock.instant(), loaded.fingerprint());
    loaded.warnings().forEach(warning -> log.warn("Configuration: {}", warning));
  }
}
