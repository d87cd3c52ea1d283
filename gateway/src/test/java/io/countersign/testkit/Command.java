package io.countersign.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a program, to its end.
 *
 * @param exit its exit code
 * @param output what it wrote to standard output, as UTF-8
 * @param errors what it wrote to standard error, as UTF-8
 */
public record Command(int exit, String output, String errors) {
  /**
   * Runs {@code command} with exactly the variables of {@code environment}, and waits for its end.
   *
   * @throws IllegalStateException if it still runs after {@code limit}; it is killed then
   */
  public static Command run(
      Map<String, String> environment, Path folder, Duration limit, List<String> command) {
    Path output = null;
    Path errors = null;
    try {
      output = Files.createTempFile(Places.target("it-logs"), "command", ".out");
      errors = Files.createTempFile(Places.target("it-logs"), "command", ".err");
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Process process = builder.start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException(
            command + " did not end within " + limit + "; it wrote:\n" + read(output, errors));
      }
      return new Command(process.exitValue(), read(output), read(errors));
    } catch (IOException e) {
      throw new UncheckedIOException("could not run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    } finally {
      delete(output, errors);
    }
  }

  /**
   * This run, if it ended with 0.
   *
   * @throws IllegalStateException otherwise, with what it wrote
   */
  public Command orFail(String what) {
    if (exit != 0) {
      throw new IllegalStateException(what + " ended with " + exit + ":\n" + output + errors);
    }
    return this;
  }

  private static String read(Path... files) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }
    return all.toString();
  }

  private static void delete(@Nullable Path... files) {
    for (Path file : files) {
      if (file != null) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException("could not delete " + file, e);
        }
      }
    }
  }
}
