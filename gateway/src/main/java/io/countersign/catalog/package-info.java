/**
 * What AWS services and operations exist, at which access level, and which operation an HTTP
 * request is. Facts come from one packed file; see docs/catalog.md.
 */
@NullMarked
package io.countersign.catalog;

import org.jspecify.annotations.NullMarked;
