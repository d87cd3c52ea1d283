package io.countersign.http;

import io.countersign.door.Head;
import io.countersign.door.Refused;
import io.countersign.door.Routing;
import io.countersign.door.ToolDoor;
import io.countersign.identity.Caller;
import io.countersign.identity.Identification;
import io.countersign.identity.PeerCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The phase that says whose a request is, where it bears a token or none. Used on the event loop of
 * the exchange; what may wait for an issuer does so elsewhere, and comes back.
 */
final class Identify {
  /** What goes on with the caller. */
  interface Then {
    void accept(Caller caller) throws Refused;
  }

  private final AgentConnection connection;
  private final Worker worker;
  private final Routing routing;
  private final Reply reply;
  private final Exchange exchange;

  Identify(
      AgentConnection connection, Worker worker, Routing routing, Reply reply, Exchange exchange) {
    this.connection = connection;
    this.worker = worker;
    this.routing = routing;
    this.reply = reply;
    this.exchange = exchange;
  }

  /** Whose the connection is, by its certificate and the configuration as it is now. */
  @Nullable Caller peer() {
    PeerCertificate certificate = connection.certificate();
    return certificate == null ? null : routing.agents().byCertificate(certificate);
  }

  /** Whose the request is, by its token or else by its connection. */
  void tool(Head head, Then then) throws Refused {
    switch (ToolDoor.identify(head, routing)) {
      case Identification.Unverified token -> verify(token, then);
      case Identification found -> then.accept(ToolDoor.caller(found, peer()));
    }
  }

  /** A token that is seen for the first time may need its issuer's keys, so the loop goes on. */
  private void verify(Identification.Unverified token, Then then) {
    worker.offLoop(
        () -> {
          try {
            Identification found = routing.agents().verify(token);
            worker.loop().execute(() -> verified(found, then));
          } catch (RuntimeException e) {
            worker.log().error("A token could not be verified", e);
            worker.loop().execute(exchange::broke);
          }
        });
  }

  private void verified(Identification found, Then then) {
    if (reply.over()) {
      return; // the client has left, or the time is over
    }
    try {
      exchange.attempt(() -> then.accept(ToolDoor.caller(found, peer())));
    } catch (RuntimeException e) {
      worker.log().error("An exchange failed unexpectedly", e);
      exchange.broke();
    }
  }
}
