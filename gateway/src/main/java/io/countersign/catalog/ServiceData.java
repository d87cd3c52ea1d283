package io.countersign.catalog;

import java.util.List;

/** Where a {@link Service} takes its parts from when they are first asked for. Thread-safe. */
interface ServiceData {
  /** In the order of their names. */
  List<Operation> operations();

  ServiceModel model();

  PackedExtras extras();

  /** Parts that are there already. */
  record Present(List<Operation> operations, ServiceModel model, PackedExtras extras)
      implements ServiceData {}
}
