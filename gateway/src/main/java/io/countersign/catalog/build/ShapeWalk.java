package io.countersign.catalog.build;

import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Looks through everything that an input or an output can hold. */
final class ShapeWalk {
  private ShapeWalk() {}

  /**
   * Whether any member, at any depth, fits.
   *
   * @param fits of the member's name (of a list's element or a map's value, the name of the member
   *     that holds it) and its use
   */
  static boolean any(@Nullable ShapeRef root, BiPredicate<String, ShapeRef> fits) {
    return root != null && any("", root, fits, new HashSet<>());
  }

  private static boolean any(
      String name, ShapeRef ref, BiPredicate<String, ShapeRef> fits, Set<String> seen) {
    if (fits.test(name, ref)) {
      return true;
    }
    Shape shape = ref.target();
    if (!seen.add(name + " " + ref.targetIndex())) {
      return false;
    }
    return switch (shape.kind()) {
      case STRUCTURE -> {
        for (ShapeRef member : shape.members()) {
          if (any(member.name(), member, fits, seen)) {
            yield true;
          }
        }
        yield false;
      }
      case LIST -> any(name, shape.element(), fits, seen);
      case MAP -> any(name, shape.value(), fits, seen);
      case STRING,
          BLOB,
          TIMESTAMP,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL,
          DOCUMENT ->
          false;
    };
  }
}
