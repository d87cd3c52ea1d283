/**
 * The whole: {@link io.countersign.gateway.Gateway} wires the parts by hand, reloads them and shuts
 * them down.
 */
@NullMarked
package io.countersign.gateway;

import org.jspecify.annotations.NullMarked;
