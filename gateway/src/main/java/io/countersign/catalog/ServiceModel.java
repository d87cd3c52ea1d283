package io.countersign.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A service's whole model, as {@link ModelReader} reads it. Immutable and thread-safe. */
public final class ServiceModel {
  private final ServiceMetadata metadata;
  private final Map<String, OperationModel> operations;
  private final Map<String, Shape> shapes;
  private final SortedSet<String> unknownKeys;

  ServiceModel(
      ServiceMetadata metadata,
      List<OperationModel> operations,
      List<Shape> shapes,
      SortedSet<String> unknownKeys) {
    this.metadata = metadata;
    Map<String, OperationModel> named = LinkedHashMap.newLinkedHashMap(operations.size());
    operations.forEach(o -> named.put(o.name(), o));
    this.operations = Collections.unmodifiableMap(named);
    Map<String, Shape> all = LinkedHashMap.newLinkedHashMap(shapes.size());
    shapes.forEach(s -> all.put(s.name(), s));
    this.shapes = Collections.unmodifiableMap(all);
    this.unknownKeys = Collections.unmodifiableSortedSet(new TreeSet<>(unknownKeys));
  }

  public ServiceMetadata metadata() {
    return metadata;
  }

  /** In the order of the model. */
  public Collection<OperationModel> operations() {
    return operations.values();
  }

  public Optional<OperationModel> operation(String name) {
    return Optional.ofNullable(operations.get(name));
  }

  /** In the order of the model, which is that of {@link ShapeRef#targetIndex}. */
  public Collection<Shape> shapes() {
    return shapes.values();
  }

  public Optional<Shape> shape(String name) {
    return Optional.ofNullable(shapes.get(name));
  }

  /**
   * Keys of the model that this reader does not know, such as {@code shape.newTrait}: the model is
   * of a newer form, and something of it is not carried out.
   */
  public SortedSet<String> unknownKeys() {
    return unknownKeys;
  }
}
