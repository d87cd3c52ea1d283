/**
 * Connections to AWS: one pool for each event loop, TLS, deadlines and the reasons for which a
 * connection ends. Nothing here knows what a signature is.
 */
@NullMarked
package io.countersign.upstream;

import org.jspecify.annotations.NullMarked;
