package io.countersign.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Secrets Manager: GetSecretValue, DescribeSecret and ListSecrets over the secrets that the
 * accounts name.
 */
final class SecretsService implements Service {
  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<String, String> secrets;

  SecretsService(Map<String, String> secrets) {
    this.secrets = new TreeMap<>(secrets);
  }

  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    JsonNode input = JsonRpc.input(call.request());
    ObjectNode output = JsonRpc.object();
    switch (call.operation()) {
      case "ListSecrets" -> {
        call.need(Dialect.JSON, "secretsmanager:ListSecrets", "*");
        ArrayNode list = output.putArray("SecretList");
        secrets.keySet().forEach(name -> describe(call, name, list.addObject()));
      }
      case "DescribeSecret" ->
          describe(call, find(call, input, "secretsmanager:DescribeSecret"), output);
      case "GetSecretValue" -> {
        String name = find(call, input, "secretsmanager:GetSecretValue");
        describe(call, name, output);
        output.remove("LastChangedDate");
        output.put("SecretString", secrets.get(name));
        output.put("VersionId", "00000000-0000-4000-8000-000000000001");
        output.putArray("VersionStages").add("AWSCURRENT");
      }
      default -> throw JsonRpc.unknownOperation(call.operation());
    }
    return JsonRpc.output(call.request(), output);
  }

  private String find(Call call, JsonNode input, String action) throws AwsError {
    String id = JsonRpc.need(input, "SecretId", "InvalidParameterException");
    call.need(Dialect.JSON, action, id.startsWith("arn:") ? id : arn(call, id));
    for (String name : secrets.keySet()) {
      if (id.equals(name) || id.equals(arn(call, name))) {
        return name;
      }
    }
    throw new AwsError(
        400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  private static void describe(Call call, String name, ObjectNode target) {
    target.put("ARN", arn(call, name));
    target.put("Name", name);
    target.put("CreatedDate", CREATED.getEpochSecond());
    target.put("LastChangedDate", CREATED.getEpochSecond());
  }

  private static String arn(Call call, String name) {
    return "arn:aws:secretsmanager:"
        + call.region()
        + ":"
        + call.caller().account()
        + ":secret:"
        + name
        + "-aB3dE6";
  }
}
