/**
 * AWS Signature Version 4 and 4A: signing with headers and with the query, verifying both, {@code
 * aws-chunked} bodies, streams of signed events, and the canonical forms of path and query. Needs
 * the JDK only, and knows no HTTP library: requests come as a {@link
 * io.countersign.signer.RequestView}.
 *
 * <p>Source: "AWS Signature Version 4 for API requests" in the IAM User Guide, and "Authenticating
 * Requests" in the Amazon S3 API Reference.
 */
@NullMarked
package io.countersign.signer;

import org.jspecify.annotations.NullMarked;
