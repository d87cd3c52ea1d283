package io.countersign.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The JSON Schema (2020-12) of the configuration file, for editors. */
public final class ConfigSchema {
  private ConfigSchema() {}

  /** The schema as it is committed beside this class. */
  public static String text() {
    try (InputStream in =
        Objects.requireNonNull(
            ConfigSchema.class.getResourceAsStream("countersign.schema.json"),
            "countersign.schema.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("countersign.schema.json cannot be read", e);
    }
  }
}
