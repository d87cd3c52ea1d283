package io.countersign.benchmarks.proxy;

import io.countersign.benchmarks.BenchmarkException;
import io.countersign.door.Head;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** One call, {@code dynamodb:ListTables}, as an agent sends it at either door. */
final class AgentRequests {
  static final int BODY_BYTES = 240;
  private static final String TYPE = "application/x-amz-json-1.0";
  private static final String TARGET = "DynamoDB_20120810.ListTables";

  private final Signer signer = new Signer(new SigningKeys());
  private final GatewayProcess gateway;
  private final AwsCredentials credentials;

  AgentRequests(GatewayProcess gateway, AwsCredentials credentials) {
    this.gateway = gateway;
    this.credentials = credentials;
  }

  /** 240 bytes that hold {@code id}. */
  static String body(String id) {
    String start = "{\"Limit\":10,\"ExclusiveStartTableName\":\"" + id + "-";
    return start + "x".repeat(BODY_BYTES - start.length() - 2) + "\"}";
  }

  /**
   * The headers at the SDK door: signed now, so good for five minutes.
   *
   * @param region finds the connector
   */
  Map<String, String> signed(String body, String region) throws BenchmarkException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", TYPE);
    headers.put("X-Amz-Target", TARGET);
    Head head = new Head("POST", "/", "", 4).add("Host", gateway.host());
    headers.forEach(head::add);
    try {
      signer
          .sign(
              SigningParameters.of(credentials, region, "dynamodb", Instant.now()),
              head,
              PayloadHash.ofBody(body.getBytes(StandardCharsets.US_ASCII)))
          .forEachHeader(headers::put);
    } catch (MalformedRequestException e) {
      throw new BenchmarkException("the request of the load cannot be signed", e);
    }
    return headers;
  }

  /** The headers at the tool door. */
  static Map<String, String> bearer() {
    return Map.of(
        "Content-Type", "application/json", "Authorization", "Bearer " + GatewayProcess.TOKEN);
  }

  static String toolPath(String connector) {
    return "/v1/connectors/" + connector + "/ListTables";
  }
}
