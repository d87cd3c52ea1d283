package io.countersign.cli;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.build.Overlay;
import io.countersign.catalog.build.SourceException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign catalog update}. */
@Command(
    name = "update",
    description = {
      "Lays newer service models over the catalog, as the gateway does where the configuration"
          + " names the folder as extra-models, and says what that changes."
    })
final class CatalogUpdateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "DIR",
      description =
          "Service models as botocore has them in botocore/data; it may hold one service alone.")
  private Path models = Path.of("");

  CatalogUpdateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    Overlay.Laid laid;
    try {
      laid = Overlay.lay(Catalog.load(), models);
    } catch (SourceException e) {
      throw CliException.failed(e.getMessage());
    }
    print("new", laid.added());
    print("gone", laid.removed());
    laid.unknownKeys()
        .forEach(
            key -> terminal.err().println("note: a key that this release does not know: " + key));
    terminal
        .out()
        .println(
            laid.services().size()
                + " services, "
                + laid.added().size()
                + " new operations, "
                + laid.removed().size()
                + " gone. New ones count as Write. For the gateway to use them, set in its"
                + " configuration\n\nextra-models: "
                + models.toAbsolutePath().normalize());
    return ExitCode.OK;
  }

  private void print(String what, List<String> operations) {
    operations.forEach(operation -> terminal.out().println(what + " " + operation));
  }
}
