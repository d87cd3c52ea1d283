package io.countersign.config;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the first credentials of a connector come from, before any role is assumed. */
public sealed interface CredentialSource {
  /** AWS's own order: environment, web identity, shared profile, container, IMDSv2. */
  record DefaultChain() implements CredentialSource {}

  /** {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, {@code AWS_SESSION_TOKEN}. */
  record Environment() implements CredentialSource {}

  /** Keys from the configuration (itself from a file or the environment). */
  record Static(String accessKeyId, Secret secretAccessKey, @Nullable Secret sessionToken)
      implements CredentialSource {}

  /**
   * {@code AssumeRoleWithWebIdentity} (IRSA).
   *
   * @param roleArn null takes {@code AWS_ROLE_ARN}
   * @param tokenFile null takes {@code AWS_WEB_IDENTITY_TOKEN_FILE}; read anew at every refresh
   */
  record WebIdentity(@Nullable Arn roleArn, @Nullable Path tokenFile) implements CredentialSource {}

  /**
   * EKS Pod Identity or ECS, by {@code AWS_CONTAINER_CREDENTIALS_FULL_URI} or its relative form.
   */
  record Container() implements CredentialSource {}

  /** The instance's role by IMDSv2; never by version 1. */
  record Imds() implements CredentialSource {}

  /**
   * A profile of the shared configuration and credentials files.
   *
   * @param processes profiles whose {@code credential_process} may be run, by their names; no other
   *     program is
   */
  record Profile(String name, Set<String> processes) implements CredentialSource {
    public Profile {
      processes = Set.copyOf(processes);
    }

    /** A profile that runs no program. */
    public Profile(String name) {
      this(name, Set.of());
    }
  }
}
