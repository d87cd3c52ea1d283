package io.countersign.catalog.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * The cases that AWS publishes with its rule sets, for every service: parameters, and the endpoint
 * or the error that they give.
 */
class AwsEndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Catalog CATALOG = Catalog.load();
  private static final Partitions PARTITIONS = Partitions.parse(CATALOG.partitions());

  private interface Each {
    void with(Service service, RuleSet rules, JsonNode test) throws IOException;
  }

  private static void each(Each each) throws IOException {
    Map<String, RuleSet> read = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(
                        AwsEndpointTest.class.getResourceAsStream(
                            "/endpoint-tests/endpoint-tests.jsonl.gz"))),
                UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode test = JSON.readTree(line);
        Service service = CATALOG.service(test.path("service").asText()).orElseThrow();
        RuleSet rules =
            read.computeIfAbsent(
                service.id(), _ -> RuleSet.parse(service.endpointRules(), PARTITIONS));
        each.with(service, rules, test);
      }
    }
  }

  private static Map<String, Object> parameters(JsonNode node) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      values.put(entry.getKey(), value(entry.getValue()));
    }
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isInt()) {
      return node.intValue();
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    return node.isObject() ? parameters(node) : node.asText();
  }

  private static String answer(RuleSet rules, Map<String, Object> parameters) {
    try {
      Endpoint endpoint = rules.evaluate(parameters);
      return shown(endpoint.url(), endpoint.properties(), endpoint.headers());
    } catch (NoEndpointException e) {
      return "error: " + e.getMessage();
    }
  }

  private static String shown(URI url, Map<String, Object> properties, Map<?, ?> headers) {
    return url + " " + JSON.valueToTree(sorted(properties)) + " " + headers;
  }

  private static Object sorted(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, item) -> sorted.put(key.toString(), sorted(item)));
        yield sorted;
      }
      case List<?> list -> list.stream().map(AwsEndpointTest::sorted).toList();
      default -> value;
    };
  }

  private static String expected(JsonNode expect) {
    if (expect.has("error")) {
      return "error: " + expect.path("error").asText();
    }
    JsonNode endpoint = expect.path("endpoint");
    return shown(
        URI.create(endpoint.path("url").asText()),
        parameters(endpoint.path("properties")),
        parameters(endpoint.path("headers")));
  }

  @Test
  void answersEveryCaseOfEveryServiceAsAwsDoes() throws Exception {
    List<String> wrong = new ArrayList<>();
    Set<String> services = new TreeSet<>();
    int[] cases = {0};
    each(
        (service, rules, test) -> {
          services.add(service.id());
          cases[0]++;
          String answer = answer(rules, parameters(test.path("params")));
          String expected = expected(test.path("expect"));
          if (!answer.equals(expected)) {
            wrong.add(
                service.id() + " " + test.path("params") + "\n  " + answer + "\n  " + expected);
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(services).hasSizeGreaterThan(400);
    assertThat(cases[0]).isGreaterThan(5_000);
  }

  @Test
  void answersACallByItsInputAsAwsDoes() throws Exception {
    List<String> wrong = new ArrayList<>();
    int[] inputs = {0};
    each(
        (service, rules, test) -> {
          // What the call itself must say is taken away first.
          Map<String, Object> parameters = parameters(test.path("params"));
          parameters
              .keySet()
              .removeIf(
                  name -> {
                    RuleParameter parameter = rules.parameters().get(name);
                    return parameter == null
                        || (parameter.builtIn().isEmpty()
                            && !name.equals("DisableS3ExpressSessionAuth"));
                  });
          for (JsonNode given : test.path("operationInputs")) {
            String name = given.path("operationName").asText();
            var model = service.model().operation(name).orElse(null);
            if (model == null) {
              continue; // of another version of the service
            }
            inputs[0]++;
            Map<String, Object> values = new HashMap<>(parameters);
            values.putAll(OperationContext.of(model, rules).of(given.path("operationParams")));
            String answer = answer(rules, values);
            String expected = expected(test.path("expect"));
            if (!answer.equals(expected)) {
              wrong.add(service.id() + " " + given + "\n  " + answer + "\n  " + expected);
            }
          }
        });
    assertThat(wrong).isEmpty();
    assertThat(inputs[0]).isGreaterThan(100);
  }
}
