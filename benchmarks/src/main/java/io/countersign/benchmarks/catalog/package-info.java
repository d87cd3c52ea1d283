/** What the catalog costs a process that starts. */
@NullMarked
package io.countersign.benchmarks.catalog;

import org.jspecify.annotations.NullMarked;
