package io.countersign.credentials;

/**
 * How much a call to STS hurries, while it waits for its turn. Read by the budget on any thread; an
 * answer may change at any time, and {@link Pace#hurry} tells of a change.
 */
interface Urgency {
  /** Whose turn comes first. */
  enum Rank {
    /** Somebody waits for the answer. */
    WAITED_FOR,
    /** Credentials that serve now are to be renewed before their end. */
    RENEWAL,
    /** Nobody has asked yet. */
    WARM_UP
  }

  /** For calls that nobody else competes with. */
  Urgency NOW =
      new Urgency() {
        @Override
        public Rank rank() {
          return Rank.WAITED_FOR;
        }

        @Override
        public long endsNanos() {
          return 0;
        }

        @Override
        public boolean wanted() {
          return true;
        }
      };

  Rank rank();

  /**
   * {@link TimeSource#nanos} of the end of what serves now; of two renewals the nearer end is
   * first. Of the same meaning for all calls of a budget, and constant while the rank is.
   */
  long endsNanos();

  /** Whether the answer is still of use to anybody. */
  boolean wanted();
}
