package io.countersign.catalog.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * A parameter that a rule set declares.
 *
 * @param builtIn what fills it where the operation does not, such as {@code AWS::Region}; empty for
 *     nothing
 * @param required whether the rules cannot do without
 * @param fallback a text, a flag or a list of texts; null for none
 */
record RuleParameter(String name, String builtIn, boolean required, @Nullable Object fallback) {}
