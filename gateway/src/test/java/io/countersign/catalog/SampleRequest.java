package io.countersign.catalog;

import io.countersign.catalog.Operation.Binding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request of an operation, with made-up labels. */
record SampleRequest(
    String method, String path, String query, Map<String, String> headers, String form) {

  @Nullable Operation recognize(Service service) {
    return Recognizer.recognize(service, method, path, query, asHeaders(), form);
  }

  Headers asHeaders() {
    return name -> headers.get(name.toLowerCase(Locale.ROOT));
  }

  SampleRequest withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new SampleRequest(method, path, query, more, form);
  }

  SampleRequest withQuery(String more) {
    return new SampleRequest(
        method, path, query.isEmpty() ? more : query + "&" + more, headers, form);
  }

  SampleRequest withPath(String other) {
    return new SampleRequest(method, other, query, headers, form);
  }

  SampleRequest withMethod(String other) {
    return new SampleRequest(other, path, query, headers, form);
  }

  SampleRequest withForm(String other) {
    return new SampleRequest(method, path, query, headers, other);
  }

  static SampleRequest of(Service service, Operation operation, Protocol protocol) {
    return switch (protocol) {
      case JSON ->
          new SampleRequest(
              "POST",
              "/",
              "",
              Map.of(
                  "content-type", "application/x-amz-json-" + service.jsonVersion(),
                  "x-amz-target", service.targetPrefix() + "." + operation.name()),
              "");
      case RPC_V2_CBOR ->
          new SampleRequest(
              "POST",
              "/service/" + service.targetPrefix() + "/operation/" + operation.name(),
              "",
              Map.of("content-type", "application/cbor", "smithy-protocol", "rpc-v2-cbor"),
              "");
      case QUERY, EC2 ->
          new SampleRequest(
              "POST",
              "/",
              "",
              Map.of("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
              "Action=" + operation.name() + "&Version=" + service.apiVersion());
      case REST_JSON, REST_XML -> rest(operation);
    };
  }

  private static SampleRequest rest(Operation operation) {
    String[] uri = operation.uri().split("\\?", 2);
    String path =
        uri[0]
            .replace("{Bucket}", "data-2026")
            .replaceAll("\\{\\w+\\+}", "a/b%2Fc%20d/é")
            .replaceAll("\\{\\w+}", "arn%3Aaws%3Ax%3A%3A1%3Aname%2Fpart");
    List<String> query = new ArrayList<>();
    if (uri.length == 2) {
      query.add(uri[1]);
    }
    Map<String, String> headers = new HashMap<>();
    for (Binding binding : operation.bindings()) {
      if (binding.required()) {
        switch (binding.place()) {
          case QUERY -> query.add(binding.name() + "=some%20value");
          case HEADER -> headers.put(binding.name(), "value");
        }
      }
    }
    return new SampleRequest(operation.httpMethod(), path, String.join("&", query), headers, "");
  }
}
