/**
 * Where a service's requests go and as what they are signed: AWS's endpoint rule sets, evaluated.
 */
@NullMarked
package io.countersign.catalog.endpoint;

import org.jspecify.annotations.NullMarked;
