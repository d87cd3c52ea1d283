package io.countersign.door;

import io.countersign.catalog.OperationModel;
import io.countersign.protocol.EventText;
import io.countersign.protocol.WireCodec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an agent wants an operation's answer. */
public sealed interface Delivery {
  /** As one JSON object, when it is whole. */
  record Whole() implements Delivery {}

  /** The octets of its body as they come. */
  record Octets() implements Delivery {}

  /** Its events as they come. */
  record Events(EventText form) implements Delivery {}

  /**
   * What an {@code Accept} header asks for, as far as the operation can give it: octets of one
   * whose output is a body of octets, events of one that answers with events, else the whole.
   *
   * @param accept null for none
   */
  static Delivery of(@Nullable String accept, OperationModel operation) {
    if (accept == null) {
      return new Whole();
    }
    if (WireCodec.eventStream(operation) != null) {
      return EventText.accepted(accept).<Delivery>map(Events::new).orElseGet(Whole::new);
    }
    boolean octets = accept.toLowerCase(Locale.ROOT).contains("application/octet-stream");
    return octets && WireCodec.streamedBlob(operation) != null ? new Octets() : new Whole();
  }
}
