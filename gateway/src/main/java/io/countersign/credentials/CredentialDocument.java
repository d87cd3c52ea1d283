package io.countersign.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.signer.AwsCredentials;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON in which IMDS, the ECS agent and the Pod Identity agent hand out credentials. */
final class CredentialDocument {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private CredentialDocument() {}

  /**
   * @param who answered, for messages
   * @throws SourceRefusal when the text is not such a document; nothing of it is repeated
   */
  static Fetched parse(String text, String who, @Nullable Instant issuerDate, long askedNanos)
      throws SourceRefusal {
    JsonNode document;
    try {
      document = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw garbage(who, "is not JSON");
    }
    String code = document.path("Code").asText("Success");
    if (!code.equals("Success")) {
      throw garbage(who, "has the code " + Text.clean(code, List.of()));
    }
    Instant expiration = null;
    JsonNode expires = document.path("Expiration");
    if (!expires.isMissingNode() && !expires.isNull()) {
      try {
        expiration = Instant.parse(expires.asText());
      } catch (DateTimeException e) {
        throw garbage(who, "has an Expiration that is not a time");
      }
    }
    AwsCredentials credentials;
    try {
      credentials =
          AwsCredentials.of(
              document.path("AccessKeyId").asText(""),
              document.path("SecretAccessKey").asText(""),
              document.path("Token").asText(""));
    } catch (IllegalArgumentException e) {
      throw garbage(who, "is not whole: " + e.getMessage());
    }
    return new Fetched(credentials, expiration, issuerDate, askedNanos, null, true);
  }

  private static SourceRefusal garbage(String who, String what) {
    return new SourceRefusal(
        CredentialFailure.passing(
            Kind.ENDPOINT_FAILED,
            "the answer of " + who + " " + what,
            "check that nothing stands between the gateway and " + who));
  }
}
