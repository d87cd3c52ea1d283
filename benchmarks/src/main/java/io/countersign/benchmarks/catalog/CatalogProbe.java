package io.countersign.benchmarks.catalog;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import java.util.ArrayList;
import java.util.List;

/**
 * One cold start: a process of its own reads the catalog step by step and prints a line for each,
 * the nanoseconds that the step took and the bytes of heap in use after it.
 */
final class CatalogProbe {
  private CatalogProbe() {}

  /** Needs no arguments. */
  public static void main(String[] arguments) {
    long before = used();
    long start = System.nanoTime();
    Catalog catalog = Catalog.load();
    report("index", start, before);

    start = System.nanoTime();
    catalog.service("ec2").orElseThrow().prepare();
    report("ec2", start, before);

    start = System.nanoTime();
    List<Operation> operations = new ArrayList<>();
    for (Service service : catalog.services()) {
      operations.addAll(service.operations());
    }
    report("operations", start, before);

    start = System.nanoTime();
    int shapes = 0;
    for (Service service : catalog.services()) {
      shapes += service.model().shapes().size();
    }
    report("shapes", start, before);
    System.out.println("# " + catalog.services().size() + " " + operations.size() + " " + shapes);
  }

  private static void report(String step, long start, long before) {
    long nanos = System.nanoTime() - start;
    System.out.println(step + " " + nanos + " " + (used() - before));
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
