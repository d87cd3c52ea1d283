package io.countersign.credentials;

import io.countersign.config.CredentialSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the source of a slot.
 *
 * @param environment the process's variables
 * @param home the folder that holds {@code .aws}
 */
record Sources(
    Map<String, String> environment, Path home, StsCalls sts, Pace pace, TimeSource time) {
  Source fetcher(CredentialKey.OfSource key) {
    return source(key.source(), key.sts());
  }

  private Source source(CredentialSource source, @Nullable StsTarget target) {
    return switch (source) {
      case CredentialSource.Environment ignored -> new EnvironmentSource(environment, time);
      case CredentialSource.Static s -> new StaticSource(s, time);
      case CredentialSource.Container ignored -> new ContainerSource(environment, time);
      case CredentialSource.Imds ignored -> new ImdsSource(environment, time);
      case CredentialSource.WebIdentity s ->
          new WebIdentitySource(s, environment, needed(target), sts, pace, time);
      case CredentialSource.Profile s ->
          new ProfileSource(s.name(), s.processes(), this, needed(target));
      case CredentialSource.DefaultChain ignored ->
          new DefaultChainSource(
              List.of(
                  new DefaultChainSource.Step(
                      "environment", source(new CredentialSource.Environment(), target)),
                  new DefaultChainSource.Step(
                      "web identity", source(new CredentialSource.WebIdentity(null, null), target)),
                  new DefaultChainSource.Step(
                      environment.containsKey("AWS_PROFILE")
                          ? "shared profile (AWS_PROFILE)"
                          : "shared profile",
                      profile(environment.getOrDefault("AWS_PROFILE", "default"), needed(target))),
                  new DefaultChainSource.Step(
                      "container", source(new CredentialSource.Container(), target)),
                  new DefaultChainSource.Step(
                      "IMDSv2", source(new CredentialSource.Imds(), target), true)));
    };
  }

  private ProfileSource profile(String name, StsTarget target) {
    return new ProfileSource(name, Set.of(), this, target);
  }

  private static StsTarget needed(@Nullable StsTarget target) {
    if (target == null) {
      throw new IllegalArgumentException("the key of a source that calls STS names the STS");
    }
    return target;
  }
}
