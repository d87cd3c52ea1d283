/** To be written. */
@NullMarked
package io.countersign.sandbox;

import org.jspecify.annotations.NullMarked;
