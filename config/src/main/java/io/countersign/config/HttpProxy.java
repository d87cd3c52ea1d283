package io.countersign.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that calls to STS go through, by CONNECT for https.
 *
 * @param address {@code http://host:port}
 * @param user for Basic authentication; null for none
 * @param password null exactly when there is no user
 */
public record HttpProxy(URI address, @Nullable String user, @Nullable Secret password) {}
