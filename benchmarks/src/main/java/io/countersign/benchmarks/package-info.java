/** The command that runs the benchmarks: {@code ./countersign bench}. */
@NullMarked
package io.countersign.benchmarks;

import org.jspecify.annotations.NullMarked;
