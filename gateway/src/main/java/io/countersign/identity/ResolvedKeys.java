package io.countersign.identity;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The virtual keys that were resolved last, so that a key in use costs no HMAC. A table of fixed
 * size with two places for each hash and full equality on the ID; a read is one or two volatile
 * loads. Only genuine keys come in, so that forged ones displace nothing. Which of two keys stays
 * when both places are taken does not matter: the other is derived again.
 */
final class ResolvedKeys {
  private final AtomicReferenceArray<Resolution.@Nullable Valid> table;
  private final int mask;

  /**
   * @param size the bound, a power of two
   */
  ResolvedKeys(int size) {
    table = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  Resolution.@Nullable Valid get(String accessKeyId) {
    int place = place(accessKeyId);
    Resolution.Valid first = table.get(place);
    if (first != null && first.credentials().accessKeyId().equals(accessKeyId)) {
      return first;
    }
    Resolution.Valid second = table.get(place ^ 1);
    if (second != null && second.credentials().accessKeyId().equals(accessKeyId)) {
      return second;
    }
    return null;
  }

  void put(Resolution.Valid resolved) {
    int place = place(resolved.credentials().accessKeyId());
    Resolution.Valid first = table.get(place);
    if (first != null) {
      // The newer of the two is likelier to be asked for again, so it takes the first place.
      table.set(place ^ 1, first);
    }
    table.set(place, resolved);
  }

  private int place(String accessKeyId) {
    int hash = accessKeyId.hashCode();
    return (hash ^ hash >>> 16) & mask;
  }
}
