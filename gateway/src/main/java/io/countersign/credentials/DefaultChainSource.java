package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * AWS's default chain: the first source that is configured. Its failure says what the steps before
 * it lacked.
 */
record DefaultChainSource(List<Step> steps) implements Source {
  /** A source and the name that messages give it. */
  record Step(String name, Source source) {}

  @Override
  public @Nullable String absence() {
    return null;
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    StringBuilder passedOver = new StringBuilder();
    for (Step step : steps) {
      String absence = step.source.absence();
      if (absence == null) {
        String before = passedOver.toString();
        return step.source
            .fetch(urgency)
            .thenApply(
                outcome ->
                    switch (outcome) {
                      case Fetched fetched -> fetched;
                      case CredentialFailure failure -> explained(step, failure, before);
                    });
      }
      passedOver.append(passedOver.isEmpty() ? "" : "; ").append(step.name).append(": ");
      passedOver.append(absence);
    }
    return Source.done(
        CredentialFailure.once(
            Kind.NOT_CONFIGURED,
            "the default chain found no source of credentials: " + passedOver,
            "give the gateway one of them, or name a source in the connector's credentials"));
  }

  private static CredentialFailure explained(
      Step step, CredentialFailure failure, String passedOver) {
    return new CredentialFailure(
        failure.kind(),
        "default chain, "
            + step.name
            + ": "
            + failure.message()
            + (passedOver.isEmpty() ? "" : " (passed over: " + passedOver + ")"),
        failure.mends(),
        failure.retryable(),
        failure.retryAfter(),
        failure.awsCode(),
        failure.awsRequestId());
  }
}
