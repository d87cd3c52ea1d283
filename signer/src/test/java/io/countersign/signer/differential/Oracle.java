package io.countersign.signer.differential;

import java.util.List;

/** Another implementation of Signature Version 4. Used by one thread. */
interface Oracle {

  /** As the table of allowed differences calls it. */
  String name();

  /** Signs cases, and gives an outcome for each in their order. */
  List<Outcome> sign(List<Case> cases);
}
