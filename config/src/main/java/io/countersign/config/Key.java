package io.countersign.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * One key of the configuration. The loader, the JSON Schema and the reference are all made from it.
 *
 * @param name in kebab-case
 * @param fallback the value, as YAML, when the key is left out; null for none
 * @param fallbackNode the same, composed
 * @param otherwise what happens without the key, in words, where {@code fallback} cannot say it
 * @param meaning one or two sentences, for the reference
 * @param example a value as YAML (flow style), or empty
 */
record Key<T>(
    String name,
    Form<T> form,
    boolean required,
    @Nullable String fallback,
    @Nullable Node fallbackNode,
    String otherwise,
    String meaning,
    String example) {
  /** A key that may be left out and has no default. */
  static <T> Key<T> of(String name, Form<T> form, String meaning) {
    return new Key<>(name, form, false, null, null, "", meaning, "");
  }

  /** A key that must be given. */
  Key<T> must() {
    return new Key<>(name, form, true, fallback, fallbackNode, otherwise, meaning, example);
  }

  /** With a default, as YAML. */
  Key<T> or(String yaml) {
    return new Key<>(name, form, required, yaml, composed(yaml), otherwise, meaning, example);
  }

  /** Says in words what is done without the key. */
  Key<T> otherwise(String words) {
    return new Key<>(name, form, required, fallback, fallbackNode, words, meaning, example);
  }

  /** With an example, as YAML. */
  Key<T> example(String yaml) {
    return new Key<>(name, form, required, fallback, fallbackNode, otherwise, meaning, yaml);
  }

  private static Node composed(String yaml) {
    try {
      return Objects.requireNonNull(Yaml.compose(yaml));
    } catch (ConfigException e) {
      throw new IllegalStateException("the default '" + yaml + "' is not YAML", e);
    }
  }

  /** Where the default stands: nowhere in the file, but beneath the section. */
  Place defaultPlace(Place section) {
    return section.absent(name, Objects.requireNonNull(fallbackNode));
  }

  /** The default of a key that has one. */
  T defaultValue(Place section, Reading in) {
    return Objects.requireNonNull(form.read(defaultPlace(section), in));
  }

  @Override
  public String toString() {
    return name;
  }
}
