/** From raw results to figures, tables and plots. Nothing here measures. */
@NullMarked
package io.countersign.benchmarks.report;

import org.jspecify.annotations.NullMarked;
