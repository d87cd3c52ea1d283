package io.countersign.catalog;

/** How an operation wants to be signed. */
public enum AuthType {
  /** SigV4. */
  V4("v4"),
  /** Not signed at all, such as {@code sts:AssumeRoleWithWebIdentity}. */
  NONE("none"),
  /** SigV4 with {@code UNSIGNED-PAYLOAD}. */
  V4_UNSIGNED_PAYLOAD("unsigned");

  private final String id;

  AuthType(String id) {
    this.id = id;
  }

  static AuthType ofId(String id) {
    for (AuthType type : values()) {
      if (type.id.equals(id)) {
        return type;
      }
    }
    throw new IllegalStateException("the catalog has an auth type '" + id + "'");
  }
}
