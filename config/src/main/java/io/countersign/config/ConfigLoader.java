package io.countersign.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads the configuration file: YAML 1.2, defaults filled in, references resolved, every problem
 * reported at once. Stateless; blocks on the file system, so it has no place on an event loop.
 */
public final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * Reads a file. Relative paths in it count from its own folder.
   *
   * @throws ConfigException with every problem when the file cannot be used; also when it does not
   *     exist
   */
  public static Loaded load(Path file, Environment environment) throws ConfigException {
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    if (folder == null || !Files.isRegularFile(absolute)) {
      throw refused(
          Files.exists(absolute)
              ? "the configuration " + file + " is not a file"
              : "the configuration " + file + " does not exist",
          "name one with --config");
    }
    Loaded loaded = parse(text(file, absolute), folder, environment);
    Set<Path> files = new HashSet<>(loaded.files());
    files.add(absolute);
    return new Loaded(
        loaded.config(), loaded.warnings(), files, loaded.lines(), loaded.fingerprint());
  }

  /**
   * Reads a text.
   *
   * @param folder from where relative paths count
   * @throws ConfigException with every problem when the text cannot be used
   */
  public static Loaded parse(String text, Path folder, Environment environment)
      throws ConfigException {
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Node root = Yaml.compose(withoutMark);
    if (root == null || Reading.isNull(root)) {
      throw refused(
          "the configuration is empty", "begin with agents: and connectors:, as in the example");
    }
    Reading reading = new Reading(environment, folder);
    @Nullable GatewayConfig config;
    try {
      config = RootKeys.read(Place.root(root), reading);
    } catch (Reading.TooMuch e) {
      throw refused(
          "the configuration has more than " + Reading.MAX_NODES + " values, its aliases expanded",
          "use fewer aliases, or split it over several gateways");
    }
    List<Problem> problems = reading.problems();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems, reading.files());
    }
    if (config == null) {
      throw new IllegalStateException("no configuration was made, and no problem reported");
    }
    return new Loaded(
        config, reading.warnings(), reading.files(), reading.lines(), fingerprint(text));
  }

  private static String fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String text(Path file, Path absolute) throws ConfigException {
    // A character takes up to four bytes.
    int limit = 4 * Yaml.MAX_LENGTH;
    try (var stream = Files.newInputStream(absolute)) {
      byte[] bytes = stream.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw refused(
            "the configuration " + file + " is larger than " + limit + " bytes",
            "split the agents and connectors over several gateways");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw refused("the configuration " + file + " is not UTF-8 text", "save it as UTF-8");
    } catch (IOException e) {
      throw refused(
          "the configuration " + file + " cannot be read (" + e.getClass().getSimpleName() + ")",
          "let the user that runs the gateway read it");
    }
  }

  private static ConfigException refused(String message, String mend) {
    return new ConfigException(List.of(new Problem("", 0, 0, message, mend)));
  }
}
