/**
 * The stand-in AWS of the demo and of the fault tests.
 *
 * <p>{@link io.countersign.sandbox.Sandbox} answers STS, S3, Redshift Data, Athena, Secrets Manager
 * and a little of DynamoDB on one loopback port. Every signature is checked with the signer of the
 * AWS SDK, never with ours, so that a mistake of ours cannot hide itself. It misbehaves on request
 * ({@link io.countersign.sandbox.Faults}). It never ships.
 */
@NullMarked
package io.countersign.sandbox;

import org.jspecify.annotations.NullMarked;
