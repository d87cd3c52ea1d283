/**
 * The credential cache: a look-up beside its peers, in JMH, and a soak in which STS is dead for
 * half an hour; the README of this module says how to run and read them.
 */
@NullMarked
package io.countersign.benchmarks.credentials;

import org.jspecify.annotations.NullMarked;
