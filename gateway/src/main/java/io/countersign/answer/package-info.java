/** An answer as the one who asked wants it: selected, without what is empty, within a size. */
@NullMarked
package io.countersign.answer;

import org.jspecify.annotations.NullMarked;
