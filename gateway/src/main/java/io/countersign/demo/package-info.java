/**
 * The demo: a sandbox AWS and a gateway on loopback, and a tour through what they do. It needs the
 * sandbox module, which does not ship.
 */
@NullMarked
package io.countersign.demo;

import org.jspecify.annotations.NullMarked;
