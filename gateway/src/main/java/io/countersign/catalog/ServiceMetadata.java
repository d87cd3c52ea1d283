package io.countersign.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model says of a whole service.
 *
 * @param serviceId such as {@code Redshift Data}; empty where the model gives none
 * @param endpointPrefix the first label of its usual endpoint's host
 * @param signingName the service in the credential scope
 * @param protocols every protocol that its clients may speak, the preferred one first
 * @param jsonVersion {@code 1.0} or {@code 1.1}; empty where it speaks no JSON protocol
 * @param targetPrefix what stands before the dot in {@code X-Amz-Target}, and the service's name in
 *     the paths of rpc-v2-cbor; empty for the other protocols
 * @param apiVersion the {@code Version} of the query protocols
 * @param signatureVersion such as {@code v4} or {@code s3}
 * @param auth the schemes that it takes, the preferred one first, such as {@code aws.auth#sigv4}
 * @param globalEndpoint a host without a Region; empty for most
 * @param xmlNamespace that its XML declares; empty for none
 * @param queryCompatible whether its clients may ask for the query protocol's error codes
 * @param http2 {@code optional}, {@code eventstream} (only those operations) or empty
 */
public record ServiceMetadata(
    String serviceId,
    String endpointPrefix,
    String signingName,
    List<Protocol> protocols,
    String jsonVersion,
    String targetPrefix,
    String apiVersion,
    String signatureVersion,
    List<String> auth,
    String globalEndpoint,
    String xmlNamespace,
    boolean queryCompatible,
    String http2) {

  public ServiceMetadata {
    protocols = List.copyOf(protocols);
    auth = List.copyOf(auth);
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException("the service " + serviceId + " has no protocol");
    }
  }

  /**
   * The protocol that the gateway itself speaks to it: JSON where it may, as botocore does, since
   * stand-ins of AWS know no CBOR; else the preferred one.
   */
  public Protocol protocol() {
    return protocols.contains(Protocol.JSON) ? Protocol.JSON : protocols.getFirst();
  }

  /** The namespace that the elements of its XML are in; null for none. */
  public @Nullable XmlNamespace defaultNamespace() {
    return xmlNamespace.isEmpty() ? null : new XmlNamespace(xmlNamespace, "");
  }
}
