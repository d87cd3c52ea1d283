package io.countersign.credentials;

/** What one attempt to get credentials gave. */
sealed interface FetchOutcome permits Fetched, CredentialFailure {}
