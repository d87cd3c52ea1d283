package io.countersign.upstream;

import java.time.Duration;

/**
 * How long a call may wait.
 *
 * @param connect for TCP, and again for the TLS handshake
 * @param firstByte from the end of the request to the first byte of the answer
 * @param idle between two pieces of the answer
 */
public record UpstreamTimeouts(Duration connect, Duration firstByte, Duration idle) {}
