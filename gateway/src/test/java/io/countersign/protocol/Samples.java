package io.countersign.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import io.countersign.config.Access;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Things that tests of protocols and recipes need. */
public final class Samples {
  public static final Catalog CATALOG = Catalog.load();

  private Samples() {}

  public static Service service(String id) {
    return CATALOG.service(id).orElseThrow();
  }

  public static Operation operation(String service, String name) {
    return service(service).operation(name).orElseThrow();
  }

  /** A connector with parameters, some of them locked. */
  public static Connector connector(
      String service, Map<String, Object> parameters, Set<String> locked) {
    return new Connector(
        "sample",
        service,
        "eu-west-1",
        Access.READ_WRITE,
        new CredentialSource.Environment(),
        List.of(),
        null,
        null,
        null,
        parameters,
        locked,
        Set.of(),
        false);
  }

  /** JSON with single quotes for double ones. */
  public static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
