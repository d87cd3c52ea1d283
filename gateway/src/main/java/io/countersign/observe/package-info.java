/**
 * What the gateway says about itself: metrics, the access log, the audit log and its own log. It
 * knows nothing of the parts that it observes; they fill a {@link
 * io.countersign.observe.CallRecord} or call a typed handle.
 */
@NullMarked
package io.countersign.observe;

import org.jspecify.annotations.NullMarked;
