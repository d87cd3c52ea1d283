/**
 * Who is calling: bearer tokens, and the virtual credentials that agents hold in place of AWS's.
 * Everything here is built from one {@link io.countersign.config.GatewayConfig}, immutable after
 * that, and safe to use from every thread; nothing blocks, and nothing is looked up elsewhere.
 */
@NullMarked
package io.countersign.identity;

import org.jspecify.annotations.NullMarked;
