package io.countersign.http;

import io.countersign.door.Routing;
import io.countersign.identity.SeenSignatures;
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
 * @param seen the signatures of agents' requests that change state
 */
public record Front(
    Supplier<Routing> routing,
    InstantSource clock,
    InstantSource awsClock,
    SeenSignatures seen,
    HoldBudget budget,
    Recorder recorder,
    RequestMetrics requests,
    ConnectionMetrics connections,
    UpstreamMetrics upstream,
    BodyMetrics bodies) {}
