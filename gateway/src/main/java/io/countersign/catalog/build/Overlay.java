package io.countersign.catalog.build;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Paginator;
import io.countersign.catalog.Service;
import io.countersign.catalog.ServiceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lays newer service models over the packed catalog at run time. What the catalog knows of an
 * operation's access stays; an operation that is new to it has no known IAM action, counts as
 * Write, and is judged by its names. A model that answers more than the packed one did is judged
 * anew.
 */
public final class Overlay {
  private final Catalog catalog;
  private final Reviewed reviewed = Reviewed.load();

  private Overlay(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * What an overlay changes.
   *
   * @param catalog with the newer models
   * @param services whose models came from the folder, in the order of their ids
   * @param added operations that the catalog did not know, as {@code service:Name}
   * @param removed operations that the folder's models do not have
   * @param unknownKeys keys of the models that this release does not know
   */
  public record Laid(
      Catalog catalog,
      List<String> services,
      List<String> added,
      List<String> removed,
      List<String> unknownKeys) {}

  /**
   * The catalog with the models of a folder in botocore's layout; the catalog itself for null.
   *
   * @throws SourceException if a file is missing or wrong
   */
  public static Catalog over(Catalog catalog, @Nullable Path models) throws SourceException {
    return models == null ? catalog : lay(catalog, models).catalog();
  }

  /** As {@link #over}, with what it changes. */
  public static Laid lay(Catalog catalog, Path models) throws SourceException {
    ModelFolder folder = new ModelFolder(new SourceFiles(models));
    Overlay overlay = new Overlay(catalog);
    List<Service> services = new ArrayList<>();
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    List<String> unknownKeys = new ArrayList<>();
    for (String id : folder.services()) {
      ModelFolder.Parts parts = folder.read(id);
      Service service = overlay.service(id, parts);
      services.add(service);
      parts.model().unknownKeys().forEach(key -> unknownKeys.add(id + " " + key));
      Set<String> before = new HashSet<>();
      catalog
          .service(id)
          .ifPresent(s -> s.operations().forEach(operation -> before.add(operation.name())));
      for (Operation operation : service.operations()) {
        if (!before.remove(operation.name())) {
          added.add(operation.id());
        }
      }
      before.stream().sorted().forEach(name -> removed.add(id + ":" + name));
    }
    return new Laid(
        catalog.with(services),
        services.stream().map(Service::id).toList(),
        List.copyOf(added),
        List.copyOf(removed),
        List.copyOf(unknownKeys));
  }

  private Service service(String id, ModelFolder.Parts parts) {
    ServiceModel model = parts.model();
    Optional<Service> known = catalog.service(id);
    String prefix = known.map(Service::iamPrefix).orElseGet(() -> model.metadata().signingName());
    Set<String> paged = new HashSet<>();
    parts.paginators().stream().map(Paginator::operation).forEach(paged::add);
    List<Operation> operations = new ArrayList<>();
    for (OperationModel operation : model.operations()) {
      Operation before = known.flatMap(s -> s.operation(operation.name())).orElse(null);
      OperationModel old = known.flatMap(s -> s.model().operation(operation.name())).orElse(null);
      operations.add(
          OperationFacts.of(
              id,
              model.metadata(),
              operation,
              access(before),
              judge(id, operation, before, old),
              paged.contains(operation.name()),
              parts.waiters(),
              before == null ? List.of() : before.resources()));
    }
    return Service.of(
        id, prefix, model, operations, parts.paginators(), parts.waiters(), parts.endpointRules());
  }

  private static OperationFacts.Access access(@Nullable Operation before) {
    return before == null
        ? new OperationFacts.Access(AccessLevel.WRITE, List.of(), false)
        : new OperationFacts.Access(
            before.level(), before.iamActions(), before.has(Operation.Trait.REVIEWED));
  }

  private OperationFacts.Judgement judge(
      String service,
      OperationModel now,
      @Nullable Operation before,
      @Nullable OperationModel old) {
    if (before == null || old == null) {
      return new OperationFacts.Judgement(
          now.has(OperationModel.Trait.IDEMPOTENT),
          Objects.requireNonNullElse(
              reviewed.answersCredential(service, now.name()), Suspicion.answersCredential(now)),
          Objects.requireNonNullElse(
              reviewed.passesRole(service, now.name()), Suspicion.passesRole(now)));
    }
    return new OperationFacts.Judgement(
        before.idempotent(),
        before.answersCredential()
            || (Suspicion.answersCredential(now) && !Suspicion.answersCredential(old)),
        before.passesRole()
            || (!before.level().isReadOnly()
                && Suspicion.passesRole(now)
                && !Suspicion.passesRole(old)));
  }
}
