/**
 * The configuration: immutable records, the YAML loader that makes them, and the problems it
 * reports. Whatever reaches another package from here is valid.
 */
@NullMarked
package io.countersign.config;

import org.jspecify.annotations.NullMarked;
