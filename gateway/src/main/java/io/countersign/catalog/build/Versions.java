package io.countersign.catalog.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The versions of the packages that the folders are of, with a space before; empty if unknown. */
final class Versions {
  private static final Pattern VERSION = Pattern.compile("(?m)^__version__ = '([0-9.]+)'");

  private Versions() {}

  /** By the {@code __init__.py} beside {@code botocore/data}. */
  static String botocore(Path models) throws SourceException {
    Path init = models.toAbsolutePath().normalize().resolveSibling("__init__.py");
    Matcher found = VERSION.matcher(text(init));
    return found.find() ? " " + found.group(1) : "";
  }

  /** By the {@code package.json} in the folder or in {@code package}. */
  static String npm(Path iam) throws SourceException {
    Path inner = iam.resolve("package/package.json");
    String text = text(Files.isRegularFile(inner) ? inner : iam.resolve("package.json"));
    try {
      String version =
          text.isEmpty() ? "" : SourceFiles.JSON.readTree(text).path("version").asText("");
      return version.isEmpty() ? "" : " " + version;
    } catch (JsonProcessingException e) {
      throw new SourceException(iam + "/package.json is not JSON: " + e.getOriginalMessage());
    }
  }

  private static String text(Path file) throws SourceException {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new SourceException(file + " cannot be read: " + e.getMessage());
    }
  }
}
