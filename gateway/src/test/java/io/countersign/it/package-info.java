/**
 * Integration tests: unmodified AWS clients through the gateway to stand-ins for AWS. They run in
 * {@code mvn verify}, after the unit tests; {@code -DskipITs} leaves them out.
 */
@NullMarked
package io.countersign.it;

import org.jspecify.annotations.NullMarked;
