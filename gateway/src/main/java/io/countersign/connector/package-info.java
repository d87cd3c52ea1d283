/** Recipes: operations of our own that are made of several calls of one AWS service. */
@NullMarked
package io.countersign.connector;

import org.jspecify.annotations.NullMarked;
