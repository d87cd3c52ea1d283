/**
 * Makes the packed catalog of service models and the Service Authorization Reference, and lays
 * newer models over it.
 */
@NullMarked
package io.countersign.catalog.build;

import org.jspecify.annotations.NullMarked;
