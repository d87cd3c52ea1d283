package io.countersign.testkit;

import java.net.URI;
import java.util.Map;

/** The environment of an agent: three variables, and nothing else that has to do with AWS. */
public final class AgentClient {
  private AgentClient() {}

  /**
   * What an agent exports to use the gateway with its usual SDK.
   *
   * @param gateway the agents' port
   * @param connector a connector's name, or empty to let the gateway find it by service and Region
   */
  public static Map<String, String> environment(URI gateway, String connector, String token) {
    Map<String, String> variables = scrubbed();
    String path = connector.isEmpty() ? "/v1/credentials" : "/v1/credentials/" + connector;
    variables.put("AWS_ENDPOINT_URL", gateway.toString());
    variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", gateway.resolve(path).toString());
    variables.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", token);
    return variables;
  }

  /** The same with a key pair alone, as {@code countersign credentials issue} prints it. */
  public static Map<String, String> environmentWithKeys(
      URI gateway, String accessKeyId, String secretAccessKey) {
    Map<String, String> variables = scrubbed();
    variables.put("AWS_ENDPOINT_URL", gateway.toString());
    variables.put("AWS_ACCESS_KEY_ID", accessKeyId);
    variables.put("AWS_SECRET_ACCESS_KEY", secretAccessKey);
    return variables;
  }

  private static Map<String, String> scrubbed() {
    Map<String, String> variables = PythonTools.moto().bareEnvironment();
    // so that neither a developer's own profile nor an instance's role can stand in
    variables.put("AWS_CONFIG_FILE", "/dev/null");
    variables.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    return variables;
  }
}
