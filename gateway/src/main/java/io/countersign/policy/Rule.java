package io.countersign.policy;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.Resources.Resource;
import io.countersign.config.Grant;
import io.countersign.config.Hours;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule of the configuration, compiled: by its names first, and by what a call holds then. */
final class Rule {
  private final String path;
  private final boolean allows;
  private final NamePattern connector;
  private final List<NamePattern> operations;
  private final List<Decision.Allow> allowing;
  private final Set<AccessLevel> levels;
  private final List<NamePattern> resources;
  private final List<Clause> clauses;
  private final @Nullable Hours hours;

  Rule(String path, boolean allows, Grant grant) {
    this.path = path;
    this.allows = allows;
    this.connector = new NamePattern(grant.connector());
    this.operations = grant.operations().stream().map(NamePattern::new).toList();
    this.allowing =
        operations.stream().map(p -> new Decision.Allow(path + ": " + p.text())).toList();
    this.levels = EnumSet.noneOf(AccessLevel.class);
    for (String level : grant.levels()) {
      levels.add(AccessLevel.valueOf(level.replace('-', '_').toUpperCase(Locale.ROOT)));
    }
    this.resources = grant.resources().stream().map(NamePattern::new).toList();
    this.clauses = grant.when().stream().map(Clause::new).toList();
    this.hours = grant.hours();
  }

  /** Where it stands, such as {@code agents.analyst.allow[0]}. */
  String path() {
    return path;
  }

  boolean allows() {
    return allows;
  }

  boolean namesConnector(String name) {
    return connector.matches(name);
  }

  /**
   * What it says of an operation by its name and level; null where it is about others.
   *
   * @param level null for a recipe, which has none
   */
  Decision.@Nullable Allow names(String operation, @Nullable AccessLevel level) {
    if (!levels.isEmpty() && (level == null ? allows : !levels.contains(level))) {
      return null;
    }
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i).matches(operation)) {
        return allowing.get(i);
      }
    }
    return null;
  }

  /** Whether only upper and lower case keep a pattern from naming the operation; that pattern. */
  @Nullable NamePattern namesButForCase(String operation) {
    for (NamePattern pattern : operations) {
      if (pattern.matchesButForCase(operation)) {
        return pattern;
      }
    }
    return null;
  }

  /** Whether it says yes or no by names alone. */
  boolean isPlain() {
    return resources.isEmpty() && clauses.isEmpty() && hours == null;
  }

  /** Whether it looks at the input or at what the input names. */
  boolean looksInside() {
    return !resources.isEmpty() || clauses.stream().anyMatch(Clause::asksInput);
  }

  /** Whether it is about a call, apart from its names. */
  Fit fit(Facts facts) {
    if (hours != null && !hours.contain(facts.now())) {
      return Fit.NO;
    }
    Fit fit = resources.isEmpty() ? Fit.YES : fit(facts.resources());
    for (Clause clause : clauses) {
      if (fit == Fit.NO) {
        return fit;
      }
      Fit one = clause.fit(facts, allows);
      fit = one == Fit.YES ? fit : one;
    }
    return fit;
  }

  private Fit fit(@Nullable List<Resource> named) {
    if (named == null) {
      return Fit.UNKNOWN;
    }
    for (Resource resource : named) {
      boolean fits = false;
      for (NamePattern pattern : resources) {
        fits |= allows ? pattern.matches(resource.arn()) : pattern.meets(resource.arn());
      }
      if (fits != allows) {
        return Fit.of(fits);
      }
    }
    // a call that names nothing is not within what is allowed, and may reach what is denied
    return named.isEmpty() ? (allows ? Fit.NO : Fit.UNKNOWN) : Fit.of(allows);
  }

  /** What it asks for beyond names, for a denial. */
  String terms() {
    StringBuilder terms = new StringBuilder();
    if (hours != null) {
      terms.append("times");
    }
    if (!resources.isEmpty()) {
      terms.append(terms.isEmpty() ? "" : ", ").append("resources");
    }
    for (Clause clause : clauses) {
      terms.append(terms.isEmpty() ? "" : ", ").append(clause);
    }
    return terms.toString();
  }
}
