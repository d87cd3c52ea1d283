package io.countersign.credentials;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** When calls to STS are made. Thread-safe. */
interface Pace {
  /**
   * Who pays for a call: STS counts the calls of an account in a Region.
   *
   * @param account the caller's, or what stands for it where it is not known: two callers that are
   *     taken for different ones are at worst paced apart
   */
  record Payer(StsTarget sts, Object account) {}

  /**
   * Makes the call when its turn has come, on a worker.
   *
   * @return the reply; completes exceptionally with {@link
   *     java.util.concurrent.CancellationException} when the turn came and nobody wanted it any
   *     more
   */
  <T> CompletableFuture<StsReply<T>> call(
      Payer payer, Urgency urgency, Supplier<CompletableFuture<StsReply<T>>> call);

  /** The urgency of a call that may be waiting has risen. Never blocks its caller. */
  void hurry(Urgency urgency);

  /** At once. */
  Pace UNBOUNDED =
      new Pace() {
        @Override
        public <T> CompletableFuture<StsReply<T>> call(
            Payer payer, Urgency urgency, Supplier<CompletableFuture<StsReply<T>>> call) {
          return call.get();
        }

        @Override
        public void hurry(Urgency urgency) {}
      };
}
