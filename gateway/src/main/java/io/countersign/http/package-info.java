/**
 * The agents' port: listeners, limits, and the path of a request from the first byte to the audit
 * line. Everything that belongs to one exchange happens on one event loop.
 */
@NullMarked
package io.countersign.http;

import org.jspecify.annotations.NullMarked;
