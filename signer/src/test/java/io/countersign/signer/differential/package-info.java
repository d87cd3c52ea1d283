/**
 * Seeded random requests, signed by this library and by others, compared part by part.
 *
 * <p>Nothing in here uses more of the library than what an embedding program may.
 */
@NullMarked
package io.countersign.signer.differential;

import org.jspecify.annotations.NullMarked;
