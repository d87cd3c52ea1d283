package io.countersign.http;

import io.countersign.door.Outgoing;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SigV4aParameters;
import io.countersign.signer.SignedHeaders;
import io.countersign.signer.SigningParameters;
import java.util.function.Consumer;

/**
 * Signs with SigV4a, for several Regions. ECDSA is slow beside HMAC and reads the system's random
 * numbers, so it is done on a virtual thread.
 */
final class MultiRegionSigning {
  private MultiRegionSigning() {}

  /**
   * Signs, and hands the outcome to one of two on the event loop.
   *
   * @param outgoing nobody changes its head meanwhile
   */
  static void sign(
      Worker worker,
      Outgoing outgoing,
      SigningParameters parameters,
      Consumer<SignedHeaders> then,
      Consumer<MalformedRequestException> otherwise) {
    SigV4aParameters several = SigV4aParameters.of(outgoing.destination().regionSet(), parameters);
    worker.offLoop(
        () -> {
          try {
            SignedHeaders signed =
                worker.sigV4aSigner().sign(several, outgoing.head(), outgoing.payload());
            worker.loop().execute(() -> then.accept(signed));
          } catch (MalformedRequestException e) {
            worker.loop().execute(() -> otherwise.accept(e));
          }
        });
  }
}
