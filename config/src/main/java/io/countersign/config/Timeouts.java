package io.countersign.config;

import java.time.Duration;

/**
 * How long the gateway waits.
 *
 * @param connect for the TCP and TLS handshake with the upstream
 * @param firstByte from the last byte of a request to the first of its answer
 * @param idle between two reads or writes on either side
 * @param request for an exchange as a whole
 * @param credentials for cold credentials
 * @param drain for running exchanges at shutdown
 */
public record Timeouts(
    Duration connect,
    Duration firstByte,
    Duration idle,
    Duration request,
    Duration credentials,
    Duration drain) {}
