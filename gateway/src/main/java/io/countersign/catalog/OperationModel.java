package io.countersign.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire form of an operation.
 *
 * @param name as in the model
 * @param httpMethod upper case
 * @param requestUri the path template with its query literals
 * @param responseCode the status of success
 * @param input the structure that it takes; null for none
 * @param output the structure that it answers; null for none
 * @param resultWrapper the element around the output in the query protocol; null for none
 * @param errors the structures of the errors that the model names
 * @param hostPrefix put before the endpoint's host, with labels in braces; empty for most
 * @param auth the schemes that it takes, the preferred one first; empty where the service says it
 * @param authType the older form of the same: {@code none}, {@code v4-unsigned-body} or empty
 * @param staticContextParams values for the endpoint rules: strings, booleans or lists of strings
 * @param operationContextParams JMESPath expressions over the input, for the endpoint rules
 */
public record OperationModel(
    String name,
    String httpMethod,
    String requestUri,
    int responseCode,
    @Nullable ShapeRef input,
    @Nullable ShapeRef output,
    @Nullable String resultWrapper,
    List<ShapeRef> errors,
    String hostPrefix,
    List<String> auth,
    String authType,
    Checksum checksum,
    Set<Trait> traits,
    Map<String, Object> staticContextParams,
    Map<String, String> operationContextParams) {

  public OperationModel {
    errors = List.copyOf(errors);
    auth = List.copyOf(auth);
    traits = Set.copyOf(traits);
    staticContextParams = Collections.unmodifiableMap(new LinkedHashMap<>(staticContextParams));
    operationContextParams =
        Collections.unmodifiableMap(new LinkedHashMap<>(operationContextParams));
  }

  /** What the model says of an operation with a yes or a no. */
  public enum Trait {
    UNSIGNED_PAYLOAD,
    IDEMPOTENT,
    READ_ONLY,
    DEPRECATED,
    /** Its endpoint may be asked of another operation. */
    ENDPOINT_DISCOVERY,
    /** Its endpoint must be asked of another operation. */
    ENDPOINT_DISCOVERY_REQUIRED,
    /** It answers the endpoints of the others. */
    ENDPOINT_OPERATION,
    /** Its body may be compressed. */
    REQUEST_COMPRESSION
  }

  /**
   * Checksums of the bodies.
   *
   * @param algorithmMember the input's member that names the request's algorithm; null for none
   * @param required whether a request must have one
   * @param validationModeMember the input's member that asks for the answer's; null for none
   * @param responseAlgorithms by which the answer may be checked, such as {@code CRC32C}
   */
  public record Checksum(
      @Nullable String algorithmMember,
      boolean required,
      @Nullable String validationModeMember,
      List<String> responseAlgorithms) {
    /** No checksum either way. */
    public static final Checksum NONE = new Checksum(null, false, null, List.of());

    public Checksum {
      responseAlgorithms = List.copyOf(responseAlgorithms);
    }
  }

  public boolean has(Trait trait) {
    return traits.contains(trait);
  }
}
