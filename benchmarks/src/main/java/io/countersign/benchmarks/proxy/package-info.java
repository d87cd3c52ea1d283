/**
 * The load on the data path: nginx and the gateway under the same load on the same machine, with
 * the processor time that each spends on a request.
 */
@NullMarked
package io.countersign.benchmarks.proxy;

import org.jspecify.annotations.NullMarked;
