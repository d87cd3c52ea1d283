/**
 * The ways in: what a request at the tool door or the SDK door asks for, and how each of them is
 * answered. Knows no channel; {@code io.countersign.http} moves the bytes.
 */
@NullMarked
package io.countersign.door;

import org.jspecify.annotations.NullMarked;
