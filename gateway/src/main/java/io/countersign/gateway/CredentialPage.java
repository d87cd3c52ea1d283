package io.countersign.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.admin.CredentialAdmin;
import io.countersign.admin.Readiness;
import io.countersign.credentials.CredentialCache;
import io.countersign.credentials.CredentialFailure;
import io.countersign.credentials.SlotStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The credential cache as the admin port shows it; never a secret. */
final class CredentialPage {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CredentialPage() {}

  /** The cache for the admin port. */
  static CredentialAdmin admin(CredentialCache cache) {
    return new CredentialAdmin() {
      @Override
      public JsonNode list() {
        return of(cache.slots());
      }

      @Override
      public Outcome refresh(int slot) {
        return cache.refresh(slot) ? Outcome.DONE : Outcome.UNKNOWN;
      }

      @Override
      public Outcome evict(int slot) {
        if (!cache.has(slot)) {
          return Outcome.UNKNOWN;
        }
        return cache.evict(slot) ? Outcome.DONE : Outcome.BUSY;
      }
    };
  }

  static JsonNode of(List<SlotStatus> slots) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("slots");
    for (SlotStatus slot : slots) {
      ObjectNode one = list.addObject();
      one.put("id", slot.id());
      one.put("role", slot.label());
      one.put("source", slot.source());
      one.put("session_name", slot.sessionName());
      one.put("state", slot.state().name().toLowerCase(Locale.ROOT));
      one.put("pinned", slot.pinned());
      one.put("fetching", slot.fetching());
      one.put("obtained", text(slot.obtained()));
      one.put("expiration", text(slot.expiration()));
      one.put("next_refresh", text(slot.refreshAt()));
      one.put("hits", slot.hits());
      CredentialFailure failure = slot.lastFailure();
      if (failure != null) {
        one.putObject("last_error")
            .put("message", failure.message())
            .put("mend", failure.mend())
            .put("aws_code", failure.awsCode())
            .put("at", text(slot.lastFailureAt()));
      }
    }
    return root;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /** One check for each pinned slot that is not warm; a single one when all are. */
  static List<Readiness.Check> checks(io.countersign.credentials.Readiness readiness) {
    if (readiness.ready()) {
      return List.of(new Readiness.Check("credentials", true, "every pinned slot is warm"));
    }
    List<Readiness.Check> checks = new ArrayList<>();
    for (SlotStatus slot : readiness.waiting()) {
      CredentialFailure failure = slot.lastFailure();
      checks.add(
          new Readiness.Check(
              "credentials:" + slot.label(),
              false,
              failure == null ? "on their way" : failure.message() + ". " + failure.mend()));
    }
    return checks;
  }
}
