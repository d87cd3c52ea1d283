package io.countersign.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * A resource that an operation's input names.
 *
 * @param type as the Service Authorization Reference names the type, such as {@code table}
 * @param arn its ARN, in which {@code {Partition}}, {@code {Region}} and {@code {Account}} stand
 *     for the place of the call and every other pair of braces for a member of the input, by its
 *     path: {@code A.B} for a member of a member, {@code A[]} for each element of a list, {@code
 *     A{}} for each key of a map. One path alone is a member that is the whole ARN.
 */
public record ResourceTemplate(String type, String arn) {

  /** The pieces of the ARN in their order: what stands in it, and what braces are around. */
  List<String> parts() {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (at < arn.length()) {
      int open = arn.indexOf('{', at);
      int next = open < 0 ? arn.length() : open;
      if (next > at) {
        parts.add(arn.substring(at, next));
      }
      if (open >= 0) {
        // The braces of a map's keys stand within.
        int close = arn.startsWith("{}}", arn.indexOf('{', open + 1)) ? mapEnd(open) : end(open);
        parts.add(arn.substring(open, close));
        next = close;
      }
      at = next;
    }
    return parts;
  }

  private int end(int open) {
    int close = arn.indexOf('}', open);
    return close < 0 ? arn.length() : close + 1;
  }

  private int mapEnd(int open) {
    int inner = arn.indexOf('{', open + 1);
    int close = arn.indexOf('}', open);
    return inner < close ? inner + 3 : end(open);
  }

  /** The members' paths in the order of the ARN. */
  List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (String part : parts()) {
      String name = part.startsWith("{") ? part.substring(1, part.length() - 1) : "";
      switch (name) {
        case "", "Partition", "Region", "Account" -> {}
        default -> paths.add(name);
      }
    }
    return paths;
  }
}
