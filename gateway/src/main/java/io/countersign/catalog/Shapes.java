package io.countersign.catalog;

/**
 * The shapes of one service by their number. It may make a shape when it is first asked for, so
 * that recursive shapes work and a service of thousands of shapes costs only those that are used.
 */
@FunctionalInterface
public interface Shapes {
  /**
   * The shape of that number; for one number always an equal one. Thread-safe.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  Shape at(int index);
}
