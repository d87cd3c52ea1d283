package io.countersign.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Resources.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one call beside its names. Only rules that look at it ask, so an implementation
 * may find things out when asked. Used by one thread.
 */
public interface Facts {
  /** The operation's input; null if it cannot be known, so that every rule which asks refuses. */
  @Nullable JsonNode input();

  /** The resources that the call names; null if they cannot be known. */
  @Nullable List<Resource> resources();

  /** What the agent's identity says of it, by name. */
  Map<String, List<String>> attributes();

  /** The end user for whom the agent acts; null for none. */
  @Nullable String user();

  /** The moment of the call. */
  Instant now();

  /** Nothing but the time: rules that look at more than that refuse. */
  static Facts nothingBut(Instant now) {
    return new Facts() {
      @Override
      public @Nullable JsonNode input() {
        return null;
      }

      @Override
      public @Nullable List<Resource> resources() {
        return null;
      }

      @Override
      public Map<String, List<String>> attributes() {
        return Map.of();
      }

      @Override
      public @Nullable String user() {
        return null;
      }

      @Override
      public Instant now() {
        return now;
      }
    };
  }
}
