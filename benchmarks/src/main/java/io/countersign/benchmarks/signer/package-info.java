/** The signer beside its peers, in JMH; the README of this module says how to run and read it. */
@NullMarked
package io.countersign.benchmarks.signer;

import org.jspecify.annotations.NullMarked;
