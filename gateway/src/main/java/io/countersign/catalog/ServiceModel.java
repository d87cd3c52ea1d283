package io.countersign.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A service's whole model, as {@link ModelReader} reads it. Immutable and thread-safe. */
public final class ServiceModel {
  private final ServiceMetadata metadata;
  private final Map<String, OperationModel> operations;
  private final Shapes shapes;
  private final int shapeCount;
  private final SortedSet<String> unknownKeys;

  ServiceModel(
      ServiceMetadata metadata,
      List<OperationModel> operations,
      List<Shape> shapes,
      SortedSet<String> unknownKeys) {
    this(metadata, operations, shapes::get, shapes.size(), unknownKeys);
  }

  /** Of shapes that may be made when they are asked for. */
  ServiceModel(
      ServiceMetadata metadata,
      List<OperationModel> operations,
      Shapes shapes,
      int shapeCount,
      SortedSet<String> unknownKeys) {
    this.metadata = metadata;
    Map<String, OperationModel> named = LinkedHashMap.newLinkedHashMap(operations.size());
    operations.forEach(o -> named.put(o.name(), o));
    this.operations = Collections.unmodifiableMap(named);
    this.shapes = shapes;
    this.shapeCount = shapeCount;
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
    return IntStream.range(0, shapeCount).mapToObj(shapes::at).toList();
  }

  /** The shape of that name. It may have to make all of them to find it. */
  public Optional<Shape> shape(String name) {
    return shapes().stream().filter(s -> s.name().equals(name)).findAny();
  }

  /**
   * Keys of the model that this reader does not know, such as {@code shape.newTrait}: the model is
   * of a newer form, and something of it is not carried out.
   */
  public SortedSet<String> unknownKeys() {
    return unknownKeys;
  }
}
