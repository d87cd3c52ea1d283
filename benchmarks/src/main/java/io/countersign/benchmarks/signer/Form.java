package io.countersign.benchmarks.signer;

/** How the requests of a pool resemble each other. */
public enum Form {
  /**
   * The best case of a signer that remembers: the same credentials, host, target and signed headers
   * within one second. Only bodies differ, and every string is an object of its own.
   */
  repeated,

  /**
   * The worst case of a signer that remembers: every request of the pool has a target, a key or a
   * host of its own, and the clock moves by a second whenever the pool begins anew, so that no call
   * is like one before. Signing keys stay warm all the same: the date does not change.
   */
  distinct
}
