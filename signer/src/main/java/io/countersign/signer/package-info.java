/** To be written. */
@NullMarked
package io.countersign.signer;

import org.jspecify.annotations.NullMarked;
