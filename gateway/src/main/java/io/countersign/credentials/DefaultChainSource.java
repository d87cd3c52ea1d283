package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * AWS's default chain: the first source that is configured. Its failure says what the steps before
 * it lacked.
 */
record DefaultChainSource(List<Step> steps) implements Source {
  private static final String GIVE_ONE =
      "give the gateway one of them, or name a source in the connector's credentials";

  /**
   * A source and the name that messages give it.
   *
   * @param last whether it is asked without anything that says that it is meant
   */
  record Step(String name, Source source, boolean last) {
    Step(String name, Source source) {
      this(name, source, false);
    }
  }

  @Override
  public @Nullable String absence() {
    return null;
  }

  @Override
  public CompletableFuture<FetchOutcome> fetch(Urgency urgency) {
    List<String> passedOver = new ArrayList<>();
    for (Step step : steps) {
      String absence = step.source.absence();
      if (absence == null) {
        List<String> before = List.copyOf(passedOver);
        return step.source
            .fetch(urgency)
            .thenApply(
                outcome ->
                    switch (outcome) {
                      case Fetched fetched -> fetched;
                      case CredentialFailure failure -> explained(step, failure, before);
                    });
      }
      passedOver.add(step.name + ": " + absence);
    }
    return Source.done(CredentialFailure.once(Kind.NOT_CONFIGURED, nothing(passedOver), GIVE_ONE));
  }

  private static String nothing(List<String> tried) {
    return "the default chain found no source of credentials: " + String.join("; ", tried);
  }

  private static CredentialFailure explained(
      Step step, CredentialFailure failure, List<String> before) {
    List<String> mends = new ArrayList<>(failure.mends());
    String message;
    if (step.last && failure.kind() == Kind.ENDPOINT_UNREACHABLE) {
      // Nothing says that the last step was meant: it is asked because no other gave anything.
      List<String> tried = new ArrayList<>(before);
      tried.add(step.name + ": " + failure.message());
      message = nothing(tried);
      mends.addFirst(GIVE_ONE);
    } else {
      message =
          "default chain, "
              + step.name
              + ": "
              + failure.message()
              + (before.isEmpty() ? "" : " (passed over: " + String.join("; ", before) + ")");
    }
    return new CredentialFailure(
        failure.kind(),
        message,
        mends,
        failure.retryable(),
        failure.retryAfter(),
        failure.awsCode(),
        failure.awsRequestId());
  }
}
