package io.countersign.door;

import io.countersign.catalog.Operation;
import io.countersign.credentials.Slot;
import io.countersign.signer.PayloadHash;

/**
 * A request to AWS that has been allowed and only wants credentials, a signature and a connection.
 *
 * @param destination where it goes, and as what it is signed
 * @param slot of the credentials that it is signed with
 * @param head canonical path and query, Host, and the headers that are forwarded; the signer adds
 *     its own
 * @param payload what the signature says of the body
 * @param contentLength in bytes; {@link #CHUNKED} when it is not known, {@link #NO_BODY} when there
 *     is none
 */
public record Outgoing(
    Binding binding,
    Destination destination,
    Slot slot,
    Operation operation,
    Head head,
    PayloadHash payload,
    long contentLength) {
  public static final long CHUNKED = -1;
  public static final long NO_BODY = -2;
}
