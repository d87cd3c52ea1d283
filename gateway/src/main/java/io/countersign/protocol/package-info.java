/** JSON to AWS wire protocols and back, and errors in the shape that a client expects. */
@NullMarked
package io.countersign.protocol;

import org.jspecify.annotations.NullMarked;
