/**
 * What AWS services and operations exist, at which access level, and which operation an HTTP
 * request is. Facts come from one packed file; see {@code gateway/src/catalog}.
 */
@NullMarked
package io.countersign.catalog;

import org.jspecify.annotations.NullMarked;
