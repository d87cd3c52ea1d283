package io.countersign.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Values in the form in which another program reads them. */
final class Quoted {
  private Quoted() {}

  /** For a POSIX shell: in single quotes unless it is made of harmless characters only. */
  static String forShell(String value) {
    return value.matches("[A-Za-z0-9_./:@%+=,-]+")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }

  static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }
}
