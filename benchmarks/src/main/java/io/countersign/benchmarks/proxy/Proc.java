package io.countersign.benchmarks.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Linux says of a process, see proc_pid_stat(5) and proc_pid_status(5).
 *
 * @param pid of the process, all of whose threads count
 */
record Proc(long pid) {
  /** {@code sysconf(_SC_CLK_TCK)} is 100 on every Linux that Java runs on. */
  private static final int MICROS_PER_TICK = 10_000;

  /** Processor time in user and kernel mode since the start, in microseconds. */
  long cpuMicros() throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    // The second field is the program's name in brackets, which can hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
  }

  /** Memory that the process has in RAM, in KiB. */
  long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/" + pid + "/status has no VmRSS");
  }
}
