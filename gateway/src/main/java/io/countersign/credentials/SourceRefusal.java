package io.countersign.credentials;

/** Carries a failure out of the steps of a source; never leaves the package. */
final class SourceRefusal extends Exception {
  private final transient CredentialFailure failure;

  SourceRefusal(CredentialFailure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  CredentialFailure failure() {
    return failure;
  }
}
