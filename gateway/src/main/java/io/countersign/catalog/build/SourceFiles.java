package io.countersign.catalog.build;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Files below a folder, of which each that is read goes into a digest. Read them in one order to
 * get one digest. For one thread.
 */
final class SourceFiles {
  /** Twenty times the largest model there is. */
  static final int MOST_BYTES = 64 << 20;

  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final Path root;
  private final MessageDigest digest;

  SourceFiles(Path root) throws SourceException {
    this.root = root;
    if (!Files.isDirectory(root)) {
      throw new SourceException(root + " is no folder");
    }
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  Path root() {
    return root;
  }

  /** What stands in a folder below the root, sorted by name. */
  List<String> names(String folder) throws SourceException {
    try (Stream<Path> entries = Files.list(root.resolve(folder))) {
      return entries.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new SourceException(root.resolve(folder) + " cannot be listed: " + e.getMessage());
    }
  }

  boolean has(String name) {
    return Files.isRegularFile(root.resolve(name));
  }

  boolean hasFolder(String name) {
    return Files.isDirectory(root.resolve(name));
  }

  /** The JSON of {@code name}, or of {@code name.gz}; empty where there is neither. */
  Optional<JsonNode> json(String name) throws SourceException {
    for (String found : List.of(name, name + ".gz")) {
      if (has(found)) {
        return Optional.of(parse(found));
      }
    }
    return Optional.empty();
  }

  private JsonNode parse(String name) throws SourceException {
    Path file = root.resolve(name);
    try {
      byte[] bytes = read(Files.newInputStream(file), file);
      digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
      byte[] text =
          name.endsWith(".gz")
              ? read(new GZIPInputStream(new ByteArrayInputStream(bytes)), file)
              : bytes;
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SourceException(
          file
              + " is not JSON: line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new SourceException(file + " cannot be read: " + e.getMessage());
    }
  }

  private static byte[] read(InputStream from, Path file) throws IOException, SourceException {
    try (InputStream in = from) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new SourceException(file + " has more than " + MOST_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /** Of all files that were read until now, by name and content. */
  String sha256() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 cannot be cloned", e);
    }
  }

  /** Lays {@code more} over {@code base}, object by object, as botocore does with its extras. */
  static void merge(ObjectNode base, JsonNode more) {
    for (Map.Entry<String, JsonNode> entry : new ArrayList<>(more.properties())) {
      JsonNode present = base.get(entry.getKey());
      if (present instanceof ObjectNode object && entry.getValue().isObject()) {
        merge(object, entry.getValue());
      } else {
        base.set(entry.getKey(), entry.getValue());
      }
    }
  }
}
