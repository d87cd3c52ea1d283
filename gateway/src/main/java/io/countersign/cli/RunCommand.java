package io.countersign.cli;

import io.countersign.config.ConfigWatcher;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Loaded;
import io.countersign.gateway.Gateway;
import io.countersign.observe.LoggingSetup;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code countersign run}. */
@Command(
    name = "run",
    description = {
      "Starts the gateway and serves until it is told to end (SIGTERM, Ctrl-C).",
      "A change of the configuration is taken up without a restart, and on SIGHUP; one that cannot"
          + " be used is refused, and the old one stays."
    })
final class RunCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOption config = new ConfigOption();

  RunCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, InterruptedException {
    Loaded loaded = config.load(terminal, terminal.err());
    GatewayConfig first = loaded.config();
    boolean person = Terminal.isInteractive();
    LoggingSetup.apply(first.logging(), person);
    Logger log = LoggerFactory.getLogger(RunCommand.class);

    Gateway gateway;
    try {
      gateway = Gateway.builder(first).terminal(person).start();
    } catch (IOException e) {
      LoggingSetup.close();
      throw CliException.failed(String.valueOf(e.getMessage()));
    }
    Reload reload = new Reload(gateway, terminal.clock(), log);
    reload.report(loaded);
    gateway.warnings().forEach(warning -> log.warn("Configuration: {}", warning));
    ConfigWatcher watcher =
        ConfigWatcher.start(config.file(), terminal.environment(), loaded, reload);
    if (!watcher.reloadOnHangUp()) {
      log.info("SIGHUP is ignored here; a change of the file is taken up all the same");
    }

    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("Ending: running exchanges have {}", first.timeouts().drain());
                  watcher.close();
                  gateway.close();
                  LoggingSetup.close();
                  ended.countDown();
                },
                "end"));
    ended.await();
    return ExitCode.OK;
  }
}
