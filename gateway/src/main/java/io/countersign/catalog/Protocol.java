package io.countersign.catalog;

/** The wire protocols of AWS services, by their names in the service models. */
public enum Protocol {
  /** {@code X-Amz-Target} and a JSON body; the version (1.0 or 1.1) is the service's. */
  JSON("json"),
  REST_JSON("rest-json"),
  REST_XML("rest-xml"),
  /** {@code Action=} in a form, XML answers. */
  QUERY("query"),
  /** As {@link #QUERY}, with other lists and another error envelope. */
  EC2("ec2"),
  RPC_V2_CBOR("smithy-rpc-v2-cbor");

  private final String id;

  Protocol(String id) {
    this.id = id;
  }

  /** The name in the service models. */
  public String id() {
    return id;
  }

  static Protocol ofId(String id) {
    for (Protocol protocol : values()) {
      if (protocol.id.equals(id)) {
        return protocol;
      }
    }
    throw new IllegalStateException("the catalog has a protocol '" + id + "'");
  }
}
