/**
 * What the integration tests share: stand-ins for AWS in Python, the clients that agents use, and
 * the processes they run in.
 */
@NullMarked
package io.countersign.testkit;

import org.jspecify.annotations.NullMarked;
