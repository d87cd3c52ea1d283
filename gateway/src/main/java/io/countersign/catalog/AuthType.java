package io.countersign.catalog;

/** How an operation wants to be signed. The packed form has the ordinals. */
public enum AuthType {
  /** SigV4. */
  V4,
  /** Not signed at all, such as {@code sts:AssumeRoleWithWebIdentity}. */
  NONE,
  /** SigV4 with {@code UNSIGNED-PAYLOAD}. */
  V4_UNSIGNED_PAYLOAD,
  /** SigV4a first, and SigV4 where a caller does not have it. */
  V4A,
  /** A bearer token, which is no credential of AWS: the gateway cannot sign it. */
  BEARER,
  /** Signature Version 2, which the gateway does not speak. */
  V2
}
