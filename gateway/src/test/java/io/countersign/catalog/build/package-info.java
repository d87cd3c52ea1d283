@NullMarked
package io.countersign.catalog.build;

import org.jspecify.annotations.NullMarked;
