package io.countersign.config;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A node of the file and the path to it.
 *
 * @param path {@code connectors.warehouse.role[1]}
 * @param name the last step of the path: a key, or {@code [1]}
 * @param mark where an editor should go: the value, or the key of a value that has lines of its own
 */
record Place(String path, String name, Node node, Optional<Mark> mark) {
  static Place root(Node node) {
    return new Place("", "", node, node.getStartMark());
  }

  /** The value of a key that is written in the file. */
  Place child(String key, Node keyNode, Node value) {
    Node marked = value instanceof ScalarNode ? value : keyNode;
    return new Place(below(key), key, value, marked.getStartMark());
  }

  /** A value that is not in the file: its line is this one's. */
  Place absent(String key, Node value) {
    return new Place(below(key), key, value, mark);
  }

  Place item(int index, Node node) {
    String item = "[" + index + "]";
    return new Place(path + item, item, node, node.getStartMark());
  }

  /** Counted from 1. */
  int line() {
    return mark.map(Mark::getLine).orElse(-1) + 1;
  }

  /** Counted from 1. */
  int column() {
    return mark.map(Mark::getColumn).orElse(-1) + 1;
  }

  private String below(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
