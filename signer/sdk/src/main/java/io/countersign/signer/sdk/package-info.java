/**
 * The signer as clients of the AWS SDK for Java v2 take it: hand {@link
 * io.countersign.signer.sdk.CountersignAuthScheme} to a client's builder.
 */
@NullMarked
package io.countersign.signer.sdk;

import org.jspecify.annotations.NullMarked;
