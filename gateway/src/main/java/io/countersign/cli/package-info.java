/** The command line: what a person or a service manager starts. It wires; it decides nothing. */
@NullMarked
package io.countersign.cli;

import org.jspecify.annotations.NullMarked;
