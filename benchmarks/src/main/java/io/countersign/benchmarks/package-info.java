/** JMH suites; see the README of this module for how to run and read them. */
@NullMarked
package io.countersign.benchmarks;

import org.jspecify.annotations.NullMarked;
