package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One kind of value: how it is read, what a person calls it and how the JSON Schema describes it.
 */
interface Form<T> {
  /** Reads the value, or reports at least one problem and returns null. */
  @Nullable T read(Place at, Reading in);

  /** "a duration", as part of a sentence. */
  String words();

  /** The JSON Schema of the value. The node is the caller's to change. */
  ObjectNode schema();
}
