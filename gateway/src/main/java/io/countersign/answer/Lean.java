package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out what says nothing: members of structures that are null, an empty list, an empty map or
 * an empty structure. What has a place or a name of its own stays: elements of lists, entries of
 * maps, the member of a union, the only member of a structure, documents. Empty strings, zeros and
 * {@code false} are values, and stay.
 */
public final class Lean {
  private Lean() {}

  /**
   * Takes the empty members out of an output.
   *
   * @param shape of the output; null leaves it as it is
   * @param output is changed
   */
  public static void out(@Nullable ShapeRef shape, JsonNode output) {
    if (shape != null) {
      walk(shape.target(), output);
    }
  }

  private static void walk(Shape shape, JsonNode value) {
    switch (shape.kind()) {
      case STRUCTURE -> {
        if (value instanceof ObjectNode structure) {
          structure(shape, structure);
        }
      }
      case LIST -> {
        if (value.isArray() && isDeep(shape.element())) {
          value.forEach(element -> walk(shape.element().target(), element));
        }
      }
      case MAP -> {
        if (value.isObject() && isDeep(shape.value())) {
          value.forEach(entry -> walk(shape.value().target(), entry));
        }
      }
      default -> {}
    }
  }

  private static void structure(Shape shape, ObjectNode structure) {
    for (ShapeRef member : shape.members()) {
      JsonNode value = structure.get(member.name());
      if (value != null && value.isContainerNode()) {
        walk(member.target(), value);
      }
    }
    if (shape.isUnion() || structure.size() == 1) {
      return;
    }
    for (ShapeRef member : shape.members()) {
      JsonNode value = structure.get(member.name());
      boolean document = member.target().kind() == Shape.Kind.DOCUMENT;
      if (value != null
          && value.isEmpty()
          && (value.isNull() || value.isContainerNode())
          && !document) {
        structure.remove(member.name());
      }
    }
  }

  private static boolean isDeep(ShapeRef ref) {
    return switch (ref.target().kind()) {
      case STRUCTURE, LIST, MAP -> true;
      default -> false;
    };
  }
}
