package io.countersign.benchmarks.proxy;

import java.util.ArrayList;
import java.util.List;

/** What is measured under one name, and its rounds. */
final class Subject {
  /**
   * One run of wrk.
   *
   * @param cpuMicros processor time of the subject's process per request, in microseconds
   * @param residentKib after the run
   * @param allocatedBytes of the Java heap per request; NaN for a subject that has none
   */
  record Round(
      double perSecond,
      long requests,
      long p50Micros,
      long p99Micros,
      double cpuMicros,
      long residentKib,
      double allocatedBytes) {}

  final String name;
  final String what;
  private final List<Round> rounds = new ArrayList<>();

  Subject(String name, String what) {
    this.name = name;
    this.what = what;
  }

  void add(Round round) {
    rounds.add(round);
  }

  List<Round> rounds() {
    return List.copyOf(rounds);
  }

  /** The round in the middle by processor time per request: it holds together, as means do not. */
  Round median() {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort((a, b) -> Double.compare(a.cpuMicros(), b.cpuMicros()));
    return sorted.get((sorted.size() - 1) / 2);
  }
}
