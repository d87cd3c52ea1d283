package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.testkit.Command;
import io.countersign.testkit.LocalStack;
import io.countersign.testkit.Moto;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.Places;
import io.countersign.testkit.PythonTools;
import io.countersign.testkit.PythonVenv;
import io.countersign.testkit.RoleSession;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The calls of {@code service_calls.py}, JSON in and out at the tool door, beside boto3 straight at
 * the same AWS: what reads is asked by both, and the answers are the same.
 */
@ExtendWith(NettyLeaks.class)
class ServicesAlikeIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REGION = "us-east-1";
  private static final String TOKEN = "analyst-0123456789abcdef0123456789abcdef";

  /** Those of the free edition that need nothing from outside. */
  private static final List<String> OF_LOCALSTACK =
      List.of(
          "iam",
          "s3",
          "secretsmanager",
          "sqs",
          "sns",
          "kms",
          "cloudwatch",
          "logs",
          "ssm",
          "ec2",
          "redshift",
          "cloudformation",
          "events",
          "stepfunctions",
          "apigateway",
          "route53",
          "acm",
          "ses");

  private static final Map<String, Set<String>> CALLS = calls();
  private static final Catalog CATALOG = Catalog.load();

  @Test
  void sixtyServicesOfMotoAnswerAtTheToolDoorAsBoto3ReadsThem() {
    Moto moto = Moto.start();
    RoleSession session = moto.assume("everything", "countersign-analyst");
    Map<String, List<String>> unlike =
        compare(
            "moto",
            moto.endpoint(),
            moto.role("everything"),
            moto.fact("accessKeyId"),
            moto.fact("secretAccessKey"),
            new Session(session.accessKeyId(), session.secretAccessKey(), session.token()),
            CALLS.keySet());
    assertThat(unlike).isEmpty();
    assertThat(CALLS).hasSizeGreaterThanOrEqualTo(60);
  }

  @Test
  void servicesOfLocalStackAnswerAtTheToolDoorAsBoto3ReadsThem() {
    LocalStack localStack = LocalStack.start();
    localStack.awaitSts();
    Map<String, List<String>> unlike =
        compare(
            "localstack",
            localStack.endpoint(),
            "arn:aws:iam::000000000000:role/breadth",
            LocalStack.ACCESS_KEY_ID,
            LocalStack.SECRET_ACCESS_KEY,
            new Session(LocalStack.ACCESS_KEY_ID, LocalStack.SECRET_ACCESS_KEY, null),
            OF_LOCALSTACK);
    assertThat(unlike).isEmpty();
  }

  /** What boto3 signs with. */
  private record Session(
      String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {
    String json() {
      Map<String, String> members = new TreeMap<>();
      members.put("accessKeyId", accessKeyId);
      members.put("secretAccessKey", secretAccessKey);
      if (sessionToken != null) {
        members.put("sessionToken", sessionToken);
      }
      return JSON.valueToTree(members).toString();
    }

    @Override
    public String toString() {
      return accessKeyId;
    }
  }

  /** The lines of the steps that failed or were unlike, by service. */
  private static Map<String, List<String>> compare(
      String name,
      URI aws,
      String role,
      String keyId,
      String secret,
      Session boto3,
      Iterable<String> services) {
    StringBuilder yaml =
        new StringBuilder(
            """
            sts: { region: us-east-1, endpoint: '%s' }
            agents:
              analyst:
                token: ${env:TOKEN}
                allow:
                  - connector: "*"
            connectors:
            """
                .formatted(aws));
    for (String service : services) {
      yaml.append(
          """
            %1$s:
              service: %1$s
              region: us-east-1
              access: read-write
              credentials:
                static: { access-key-id: '${env:KEY_ID}', secret-access-key: '${env:KEY_SECRET}' }
              role: %2$s
              endpoint: '%3$s'
              credential-operations: [%4$s]
          """
              .formatted(service, role, aws, String.join(", ", toBeNamed(service))));
    }
    List<String> arguments = new ArrayList<>(List.of("", aws.toString(), REGION, boto3.json()));
    services.forEach(arguments::add);
    try (RunningGateway gateway =
        RunningGateway.start(
            "services-" + name,
            yaml.toString(),
            Map.of("TOKEN", TOKEN, "KEY_ID", keyId, "KEY_SECRET", secret))) {
      arguments.set(0, gateway.endpoint().toString());
      Map<String, String> environment = new HashMap<>(PythonTools.moto().bareEnvironment());
      environment.put("AGENT_TOKEN", TOKEN);
      return unlike(Steps.of(environment, "services_alike.py", arguments.toArray(String[]::new)));
    }
  }

  private static Map<String, List<String>> unlike(Steps steps) {
    Map<String, List<String>> unlike = new TreeMap<>();
    for (String step : steps.names()) {
      JsonNode line = steps.line(step);
      if (!line.path("same").asBoolean()) {
        String service = step.substring(0, step.indexOf('.'));
        unlike.computeIfAbsent(service, s -> new ArrayList<>()).add(line.toString());
      }
    }
    return unlike;
  }

  private static Map<String, Set<String>> calls() {
    PythonVenv venv = PythonTools.moto();
    Command listed =
        Command.run(
                venv.bareEnvironment(),
                Places.target("it-home"),
                Duration.ofMinutes(1),
                List.of(venv.python().toString(), Places.python("service_calls.py").toString()))
            .orFail("service_calls.py");
    try {
      Map<String, Set<String>> calls = new TreeMap<>();
      for (Map.Entry<String, JsonNode> service : JSON.readTree(listed.output()).properties()) {
        Set<String> operations = new TreeSet<>();
        service.getValue().forEach(operation -> operations.add(operation.asText()));
        calls.put(service.getKey(), operations);
      }
      return calls;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("service_calls.py wrote: " + listed.output(), e);
    }
  }

  /** The calls of the table that a connector has to name. */
  private static Set<String> toBeNamed(String service) {
    Service found = CATALOG.service(service).orElseThrow();
    Set<String> named = new TreeSet<>();
    for (String operation : CALLS.getOrDefault(service, Set.of())) {
      if (found.operation(operation).map(Operation::mustBeNamed).orElse(false)) {
        named.add(operation);
      }
    }
    return named;
  }
}
