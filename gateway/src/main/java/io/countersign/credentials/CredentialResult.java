package io.countersign.credentials;

/** What somebody who waited for a slot gets. */
public sealed interface CredentialResult permits Snapshot, CredentialFailure {}
