package io.countersign.cli;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign catalog show}. */
@Command(
    name = "show",
    description = {
      "Prints what is known of an operation; without one, a service and its operations; without a"
          + " service, all services."
    })
final class CatalogShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "As connectors name it, such as redshift-data.")
  private @Nullable String service;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OPERATION",
      description = "As AWS names it, such as ExecuteStatement.")
  private @Nullable String operation;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Also prints the endpoints of the service in that Region.")
  private @Nullable String region;

  CatalogShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    Catalog catalog = Catalog.load();
    if (service == null) {
      terminal.out().print(CatalogText.all(catalog));
      return ExitCode.OK;
    }
    Service found =
        catalog
            .service(service)
            .orElseThrow(
                () ->
                    CliException.failed(
                        "there is no service '"
                            + service
                            + "'"
                            + catalog
                                .nearest(String.valueOf(service))
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; 'countersign catalog show' lists them")));
    // Above the operations, which can be many.
    if (region != null) {
      terminal.out().print(EndpointText.of(catalog, found, region));
    }
    terminal
        .out()
        .print(operation == null ? CatalogText.of(found) : CatalogText.of(found, in(found)));
    return ExitCode.OK;
  }

  private Operation in(Service found) throws CliException {
    String name = String.valueOf(operation);
    return found
        .operation(name)
        .orElseThrow(
            () ->
                CliException.failed(
                    found.id()
                        + " has no operation '"
                        + name
                        + "'"
                        + found
                            .nearest(name)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse("; 'countersign catalog show " + found.id() + "' lists them")));
  }
}
