package io.countersign.admin;

import com.fasterxml.jackson.databind.JsonNode;

/** The credential cache as the admin port reaches it. Called on virtual threads. */
public interface CredentialAdmin {
  /** How an order went. */
  enum Outcome {
    /** It is done, or under way. */
    DONE,
    /** There is no slot of that number. */
    UNKNOWN,
    /** A fetch is under way, which nothing cuts off. */
    BUSY
  }

  /** The state of all slots, free of secrets. */
  JsonNode list();

  /** Fetches a slot's credentials anew in the background; those that it has serve until then. */
  Outcome refresh(int slot);

  /** Forgets a slot's credentials. */
  Outcome evict(int slot);
}
