package io.countersign.config;

import java.util.List;

/**
 * An ARN of roles in which {@code *} stands for any characters of one part of the resource, none
 * included: it goes over neither {@code /} nor {@code :}, so that {@code role/team-*} is no role
 * with a path. Partition and account are written out. Upper and lower case differ. Immutable;
 * matching takes at most the product of both lengths.
 *
 * @param arn whose resource may hold {@code *}
 */
public record RolePattern(Arn arn) {
  /** Whether the role is one of these. */
  public boolean matches(Arn role) {
    return arn.partition().equals(role.partition())
        && arn.service().equals(role.service())
        && arn.region().equals(role.region())
        && arn.account().equals(role.account())
        && parts(role.resource());
  }

  /** Whether it stands for one role, written out. */
  public boolean isLiteral() {
    return arn.resource().indexOf('*') < 0;
  }

  private boolean parts(String resource) {
    List<String> patterns = List.of(arn.resource().split("/", -1));
    List<String> parts = List.of(resource.split("/", -1));
    if (patterns.size() != parts.size()) {
      return false;
    }
    for (int i = 0; i < parts.size(); i++) {
      if (!part(patterns.get(i), parts.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean part(String pattern, String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (in < text.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        resume = in;
      } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(in)) {
        at++;
        in++;
      } else if (star >= 0 && text.charAt(resume) != ':') {
        // The last star takes one character more; earlier ones never need to.
        at = star + 1;
        in = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  /** The ARN as it is written. */
  @Override
  public String toString() {
    return arn.toString();
  }
}
