package io.countersign.config;

import io.countersign.config.Reading.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves <code>${env:NAME}</code> and <code>${file:PATH}</code> in a value. <code>$${</code>
 * stands for <code>${</code> itself. What a reference yields is not searched for references again.
 */
final class References {
  /** The largest file that a reference may name, in bytes. */
  static final int MAX_FILE = 64 << 10;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Environment environment;
  private final Path folder;
  private @Nullable Path worldReadable;

  References(Environment environment, Path folder) {
    this.environment = environment;
    this.folder = folder;
  }

  /**
   * @param template whether <code>${agent}</code> may stand in the value, where it stays
   */
  @Nullable Text resolve(String raw, boolean template, Place at, Reading in) {
    if (raw.indexOf("${") < 0) {
      return new Text(raw, false, null);
    }
    worldReadable = null;
    StringBuilder text = new StringBuilder();
    boolean referenced = false;
    int from = 0;
    while (true) {
      int start = raw.indexOf("${", from);
      if (start < 0) {
        text.append(raw, from, raw.length());
        return new Text(text.toString(), referenced, worldReadable);
      }
      if (start > from && raw.charAt(start - 1) == '$') {
        text.append(raw, from, start - 1).append("${");
        from = start + 2;
        continue;
      }
      int end = raw.indexOf('}', start);
      if (end < 0) {
        in.problem(
            at, "the reference that begins with '${' has no end", "write '}', or '$${' for '${'");
        return null;
      }
      text.append(raw, from, start);
      if (template && raw.startsWith(Template.AGENT, start)) {
        text.append(Template.AGENT);
      } else {
        String value = value(raw.substring(start + 2, end), at, in);
        if (value == null) {
          return null;
        }
        text.append(value);
        referenced = true;
      }
      from = end + 1;
    }
  }

  private @Nullable String value(String reference, Place at, Reading in) {
    if (reference.startsWith("env:")) {
      return variable(reference.substring(4), at, in);
    }
    if (reference.startsWith("file:")) {
      return file(reference.substring(5), at, in);
    }
    in.problem(
        at,
        "the reference '${" + reference + "}' is of an unknown kind",
        "write ${env:NAME} or ${file:PATH}, or '$${' for '${'");
    return null;
  }

  private @Nullable String variable(String name, Place at, Reading in) {
    if (!VARIABLE.matcher(name).matches()) {
      in.problem(
          at, "'" + name + "' cannot be the name of an environment variable", "write ${env:NAME}");
      return null;
    }
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      in.problem(
          at,
          "the environment variable " + name + (value == null ? " is not set" : " is empty"),
          "set it for the gateway's process");
      return null;
    }
    return value;
  }

  private @Nullable String file(String name, Place at, Reading in) {
    try {
      Path file = folder.resolve(name);
      in.read(file);
      if (!Files.exists(file)) {
        in.problem(at, "the file " + file + " does not exist", "create it, or correct the path");
        return null;
      }
      if (!Files.isRegularFile(file)) {
        in.problem(at, file + " is not a file", "name a file");
        return null;
      }
      byte[] bytes;
      try (var stream = Files.newInputStream(file)) {
        bytes = stream.readNBytes(MAX_FILE + 1);
      }
      if (bytes.length > MAX_FILE) {
        in.problem(
            at,
            file + " is larger than " + MAX_FILE + " bytes",
            "name a file that holds one value");
        return null;
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      text = withoutLineEnd(text);
      if (text.isEmpty()) {
        in.problem(at, "the file " + file + " is empty", "write the value into it");
        return null;
      }
      if (isWorldReadable(file)) {
        worldReadable = file;
      }
      return text;
    } catch (CharacterCodingException e) {
      in.problem(at, "the file '" + name + "' is not UTF-8 text", "write the value as UTF-8");
    } catch (java.nio.file.InvalidPathException e) {
      in.problem(at, "'" + name + "' is not a path of this system", "correct the path");
    } catch (IOException e) {
      in.problem(
          at,
          "the file '" + name + "' cannot be read (" + e.getClass().getSimpleName() + ")",
          "let the user that runs the gateway read it");
    }
    return null;
  }

  /** Editors and echo end a file with a line end, which is no part of the value. */
  private static String withoutLineEnd(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isWorldReadable(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null
        && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ);
  }
}
