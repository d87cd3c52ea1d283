package io.countersign.config;

/** What a connector may do at most, by the access level of the modelled operation. */
public enum Access {
  /** Operations whose level is List or Read. An operation that is not known is refused. */
  READ_ONLY,
  /** Every known operation. */
  READ_WRITE
}
