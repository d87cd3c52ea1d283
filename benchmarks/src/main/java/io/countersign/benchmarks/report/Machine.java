package io.countersign.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The machine of a run, as far as it bears on figures. It has no name of a host, a user or a place.
 *
 * @param date of the run, UTC
 * @param cores that this process may use
 * @param cpu the model as the processor names itself
 * @param flags those instruction sets of it that hashes and copies use
 * @param kernel its name and the numbers of its version
 * @param jdk vendor and version
 * @param jvmOptions what the measured processes ran with
 * @param loadAtStart the load average of the last minute, negative if unknown
 * @param revision the commit, with {@code +} where files differed from it; {@code unknown} outside
 *     git
 * @param quick whether runs were short, so that the figures are no good for quoting
 */
public record Machine(
    @JsonProperty("date") String date,
    @JsonProperty("cores") int cores,
    @JsonProperty("cpu") String cpu,
    @JsonProperty("flags") List<String> flags,
    @JsonProperty("kernel") String kernel,
    @JsonProperty("jdk") String jdk,
    @JsonProperty("jvm-options") List<String> jvmOptions,
    @JsonProperty("load-at-start") double loadAtStart,
    @JsonProperty("revision") String revision,
    @JsonProperty("quick") boolean quick) {

  /** The lists cannot be changed. */
  public Machine {
    flags = List.copyOf(flags);
    jvmOptions = List.copyOf(jvmOptions);
  }

  private static final Set<String> RELEVANT =
      Set.of(
          "sha_ni",
          "sha1",
          "sha2",
          "sha3",
          "sha512",
          "avx2",
          "avx512f",
          "avx512vl",
          "bmi2",
          "sve",
          "asimd");

  /** This machine, now. */
  public static Machine describe(Path home, Clock clock, List<String> jvmOptions, boolean quick) {
    List<String> cpuinfo = lines(Path.of("/proc/cpuinfo"));
    return new Machine(
        LocalDate.now(clock.withZone(ZoneOffset.UTC)).toString(),
        Runtime.getRuntime().availableProcessors(),
        value(cpuinfo, "model name", System.getProperty("os.arch")),
        flags(cpuinfo),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version").replaceFirst("^([0-9.]+).*", "$1"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        jvmOptions,
        load(),
        revision(home),
        quick);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // not Linux: the description is the poorer for it, the run is as good
    }
  }

  private static String value(List<String> cpuinfo, String key, String otherwise) {
    for (String line : cpuinfo) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return otherwise;
  }

  private static List<String> flags(List<String> cpuinfo) {
    String all = value(cpuinfo, "flags", value(cpuinfo, "Features", ""));
    List<String> relevant = new ArrayList<>();
    for (String flag : all.split(" ", -1)) {
      if (RELEVANT.contains(flag)) {
        relevant.add(flag);
      }
    }
    return relevant;
  }

  private static double load() {
    List<String> load = lines(Path.of("/proc/loadavg"));
    return load.isEmpty() ? -1 : Double.parseDouble(load.get(0).split(" ", -1)[0]);
  }

  private static String revision(Path home) {
    String revision = git(home, "rev-parse", "--short=12", "HEAD");
    if (revision.isEmpty()) {
      return "unknown";
    }
    return git(home, "status", "--porcelain", "--untracked-files=no").isEmpty()
        ? revision
        : revision + "+";
  }

  private static String git(Path home, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? out.strip() : "";
    } catch (IOException e) {
      return ""; // no git here: the revision is unknown
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** For the name of a folder: {@code 2026-11-24-amd-epyc-2-cores}. */
  public String folder() {
    String model =
        cpu.toLowerCase(Locale.ROOT)
            .replaceAll("\\((r|tm)\\)", "")
            .replaceAll("\\b(cpu|processor|[0-9]+-core)\\b.*", "")
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return date + "-" + model + "-" + cores + (cores == 1 ? "-core" : "-cores");
  }
}
