/**
 * AWS credentials that are there when a request needs them.
 *
 * <p>{@link io.countersign.credentials.CredentialCache} holds one {@link
 * io.countersign.credentials.Slot} for each source and for each {@code sts:AssumeRole} of a chain,
 * found by a typed {@link io.countersign.credentials.CredentialKey}. A request reads its slot's
 * {@link io.countersign.credentials.Snapshot} with one volatile load and one clock compare; all
 * calls to STS, to metadata services and to files happen in the background, on virtual threads.
 */
@NullMarked
package io.countersign.credentials;

import org.jspecify.annotations.NullMarked;
