package io.countersign.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The slots of a gateway's credential cache, as an operator sees them and works on them. */
public final class AdminSlots {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI admin;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Those of a gateway. */
  public AdminSlots(RunningGateway gateway) {
    this.admin = gateway.admin();
  }

  /** Every slot. */
  public List<JsonNode> all() {
    List<JsonNode> slots = new ArrayList<>();
    try {
      JSON.readTree(text("GET", "/v1/admin/credentials")).required("slots").forEach(slots::add);
    } catch (IOException e) {
      throw new AssertionError("the admin page is no JSON", e);
    }
    return slots;
  }

  /**
   * The slot of a role (or kind of source) and session.
   *
   * @param role how its name ends
   * @param session the name of the session; "null" for a source
   */
  public JsonNode of(String role, String session) {
    return all().stream()
        .filter(slot -> slot.required("role").asText().endsWith(role))
        .filter(slot -> slot.required("session_name").asText().equals(session))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no slot of " + role + " " + session));
  }

  /** Fetches anew in the background. */
  public void refresh(JsonNode slot) {
    text("POST", "/v1/admin/credentials/" + slot.required("id").asInt() + "/refresh");
  }

  /**
   * Fetches anew, again and again, until it is so: a fetch that is under way may have begun before
   * what it should see.
   *
   * @param slot the slot as it is
   */
  public void refreshUntil(String what, Supplier<JsonNode> slot, BooleanSupplier reached) {
    Waiting.until(
        what,
        Duration.ofSeconds(60),
        () -> {
          if (reached.getAsBoolean()) {
            return true;
          }
          JsonNode now = slot.get();
          if (!now.required("fetching").asBoolean()) {
            refresh(now);
          }
          return false;
        });
  }

  /** Forgets what the slot holds. */
  public void evict(JsonNode slot) {
    text("POST", "/v1/admin/credentials/" + slot.required("id").asInt() + "/evict");
  }

  /** A page of the admin port, whatever its status. */
  public String text(String method, String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(admin.resolve(path))
                  .method(method, BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new AssertionError("the admin port does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while asking the admin port", e);
    }
  }
}
