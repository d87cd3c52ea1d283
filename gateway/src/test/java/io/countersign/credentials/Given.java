package io.countersign.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.Arn;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.config.Secret;
import io.countersign.config.Sts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keys and connectors for tests. */
final class Given {
  static final String ADAPTER = "arn:aws:iam::123456789012:role/adapter";
  static final String READER = "arn:aws:iam::210987654321:role/warehouse-read";
  static final StsTarget IRELAND = new StsTarget("eu-west-1", null);
  static final Sts NO_STS = new Sts(null, null);

  static final CredentialSource.Static KEYS =
      new CredentialSource.Static("AKIAEXAMPLE", new Secret("long-lived-secret"), null);
  static final CredentialKey.OfSource SOURCE = new CredentialKey.OfSource(KEYS, null);

  private Given() {}

  static RoleHop hop(String arn) {
    return new RoleHop(
        Arn.parse(arn), null, "countersign", Duration.ofHours(1), new TreeMap<>(), Set.of(), null);
  }

  /** What must be there by now; NullAway does not know AssertJ. */
  static <T> T there(@Nullable T value) {
    assertThat(value).isNotNull();
    return Objects.requireNonNull(value);
  }

  static CredentialKey.OfRole role(String arn) {
    return new CredentialKey.OfRole(SOURCE, IRELAND, hop(arn));
  }

  static Connector connector(String name, CredentialSource source, RoleHop... hops) {
    return connector(name, source, false, hops);
  }

  static Connector connector(
      String name, CredentialSource source, boolean pinned, RoleHop... hops) {
    return new Connector(
        name,
        "s3",
        "eu-west-1",
        Access.READ_ONLY,
        source,
        List.of(hops),
        null,
        null,
        null,
        Map.of(),
        Set.of(),
        Set.of(),
        pinned);
  }
}
