/**
 * What an agent may do: pure functions from an agent, a connector and a recognised operation to a
 * {@link io.countersign.policy.Decision}. Nothing here reads a clock, a file or a request; what is
 * not known is refused.
 */
@NullMarked
package io.countersign.policy;

import org.jspecify.annotations.NullMarked;
