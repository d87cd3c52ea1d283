package io.countersign.config;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A named binding of one AWS service to a Region, a role and an access level.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,62}}
 * @param service the service's id as botocore names it ({@code redshift-data}, {@code s3})
 * @param region a Region of a known partition
 * @param credentials the source at the bottom of the chain
 * @param roles hops in order; empty uses the source as it is
 * @param sts null takes the gateway's
 * @param endpoint null takes AWS's own; else scheme, host and port, no path
 * @param signHost the host that is signed when it differs from the endpoint's; null signs the
 *     endpoint's
 * @param parameters members of an operation's input that the connector fills in: String, Boolean,
 *     Long, Double, List or Map
 * @param locked names of parameters that a call may not override
 * @param credentialOperations operations whose answer is a credential and that are allowed
 *     nevertheless
 * @param pinned keep the credentials warm from start-up on, whether used or not
 * @param strict drop credentials that still serve when AWS refuses to renew them
 * @param rolesPerCall what roles an agent may name; null for none
 * @param endpoints which of AWS's endpoints
 */
public record Connector(
    String name,
    String service,
    String region,
    Access access,
    CredentialSource credentials,
    List<RoleHop> roles,
    @Nullable Sts sts,
    @Nullable URI endpoint,
    @Nullable String signHost,
    Map<String, Object> parameters,
    Set<String> locked,
    Set<String> credentialOperations,
    boolean pinned,
    boolean strict,
    @Nullable RolesPerCall rolesPerCall,
    EndpointOptions endpoints) {
  /** A connector whose credentials serve until they expire. */
  public Connector(
      String name,
      String service,
      String region,
      Access access,
      CredentialSource credentials,
      List<RoleHop> roles,
      @Nullable Sts sts,
      @Nullable URI endpoint,
      @Nullable String signHost,
      Map<String, Object> parameters,
      Set<String> locked,
      Set<String> credentialOperations,
      boolean pinned) {
    this(
        name,
        service,
        region,
        access,
        credentials,
        roles,
        sts,
        endpoint,
        signHost,
        parameters,
        locked,
        credentialOperations,
        pinned,
        false,
        null,
        EndpointOptions.DEFAULT);
  }

  public Connector {
    roles = List.copyOf(roles);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    locked = Set.copyOf(locked);
    credentialOperations = Set.copyOf(credentialOperations);
  }
}
