package io.countersign.policy;

/** Whether a rule is about a call. What cannot be known never allows, and always denies. */
enum Fit {
  YES,
  NO,
  UNKNOWN;

  static Fit of(boolean fits) {
    return fits ? YES : NO;
  }
}
