package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs that the load needs, which are no Java. */
record Programs(Path wrk, Path nginx, Path taskset) {

  /**
   * Finds them on the path and in the folders of the superuser.
   *
   * @throws BenchmarkException when one is missing; it says how to install it
   */
  static Programs find() throws BenchmarkException {
    List<String> missing = new ArrayList<>();
    Path wrk = find("wrk", missing);
    Path nginx = find("nginx", missing);
    Path taskset = find("taskset", missing);
    if (!missing.isEmpty()) {
      throw new BenchmarkException(
          "not installed: "
              + String.join(", ", missing)
              + ". Debian, Ubuntu: apt install wrk nginx-light util-linux; Fedora: dnf install wrk"
              + " nginx util-linux. Linux is needed: the processor time is read from /proc");
    }
    return new Programs(wrk, nginx, taskset);
  }

  private static Path find(String name, List<String> missing) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    missing.add(name);
    return Path.of(name);
  }

  /** A command that runs on one processor only, with all its threads. */
  List<String> pinned(int cpu, List<String> command) {
    List<String> all = new ArrayList<>(List.of(taskset.toString(), "-c", Integer.toString(cpu)));
    all.addAll(command);
    return all;
  }
}
