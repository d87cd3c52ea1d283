package io.countersign.http;

import io.countersign.door.Routing;
import io.countersign.observe.BodyMetrics;
import io.countersign.observe.ConnectionMetrics;
import io.countersign.observe.Recorder;
import io.countersign.observe.RequestMetrics;
import io.countersign.observe.UpstreamMetrics;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What every exchange of a gateway shares.
 *
 * @param routing the configuration as it is now; an exchange asks once
 * @param clock what the signatures of agents are judged by
 * @param awsClock what signatures for AWS are made by
 */
public record Front(
    Supplier<Routing> routing,
    InstantSource clock,
    InstantSource awsClock,
    HoldBudget budget,
    Recorder recorder,
    RequestMetrics requests,
    ConnectionMetrics connections,
    UpstreamMetrics upstream,
    BodyMetrics bodies) {}
