package io.countersign.credentials;

import java.util.List;

/**
 * Whether all pinned slots are warm.
 *
 * @param waiting the pinned slots that are not, with their last failure
 */
public record Readiness(List<SlotStatus> waiting) {
  public Readiness {
    waiting = List.copyOf(waiting);
  }

  public boolean ready() {
    return waiting.isEmpty();
  }
}
