package io.countersign.config;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Which STS is asked.
 *
 * @param region null takes the connector's Region
 * @param endpoint null takes the regional endpoint of AWS; only the configuration sets it, never a
 *     request
 */
public record Sts(@Nullable String region, @Nullable URI endpoint) {}
