package io.countersign.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Resources;
import io.countersign.catalog.Resources.Resource;
import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.identity.Caller;
import io.countersign.policy.Facts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a call of either door holds, found out when a rule of the policy asks. */
public final class CallFacts implements Facts {
  private static final String ANY = "*";

  private final @Nullable Operation operation;
  private final Resources.Place place;
  private final Supplier<? extends @Nullable JsonNode> reading;
  private final Instant now;
  private final @Nullable Caller caller;
  private final Map<String, List<String>> attributes;
  private boolean read;
  private @Nullable JsonNode input;

  /**
   * The facts of a call.
   *
   * @param operation null for a recipe, whose resources stand in its statement and are not known
   * @param caller who calls, with what its proof says of it; null where only its name is known
   * @param role the role that the agent names for the call; null for the connector's own
   * @param reading reads the input; null where it cannot be told. Asked once
   */
  public CallFacts(
      Binding binding,
      @Nullable Operation operation,
      @Nullable Caller caller,
      @Nullable String role,
      Supplier<? extends @Nullable JsonNode> reading,
      Instant now) {
    this.operation = operation;
    this.caller = caller;
    this.attributes = attributes(caller);
    this.place = place(binding, role);
    this.reading = reading;
    this.now = now;
  }

  private static Map<String, List<String>> attributes(@Nullable Caller caller) {
    if (caller == null || caller.attributes().isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> attributes = new HashMap<>();
    caller.attributes().forEach((name, value) -> attributes.put(name, List.of(value)));
    return attributes;
  }

  /** The account is that of the role which is called with. */
  private static Resources.Place place(Binding binding, @Nullable String role) {
    Connector connector = binding.connector();
    Arn caller = null;
    if (role != null) {
      try {
        caller = Arn.parse(role);
      } catch (IllegalArgumentException e) {
        caller = null; // no ARN of a role is refused later; until then the account is not known
      }
    } else if (!connector.roles().isEmpty()) {
      caller = connector.roles().getLast().arn();
    }
    String ofRegion = binding.destinations().partition();
    String partition = ofRegion != null ? ofRegion : caller == null ? ANY : caller.partition();
    return new Resources.Place(
        partition, connector.region(), caller == null ? ANY : caller.account());
  }

  @Override
  public @Nullable JsonNode input() {
    if (!read) {
      read = true;
      input = reading.get();
    }
    return input;
  }

  @Override
  public @Nullable List<Resource> resources() {
    JsonNode known = operation == null ? null : input();
    return known == null || operation == null ? null : Resources.of(operation, known, place);
  }

  /** The ARNs that the call names, as far as they can be told; for the audit. */
  public List<String> arns() {
    List<Resource> named =
        operation == null || operation.resources().isEmpty() ? null : resources();
    return named == null ? List.of() : named.stream().map(Resource::arn).toList();
  }

  @Override
  public Map<String, List<String>> attributes() {
    return attributes;
  }

  @Override
  public @Nullable String user() {
    return caller == null ? null : caller.user();
  }

  @Override
  public Instant now() {
    return now;
  }
}
