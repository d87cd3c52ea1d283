package io.countersign.door;

import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Service;
import io.countersign.config.Connector;
import io.countersign.connector.QueryRecipe;
import io.countersign.credentials.ConnectorSlots;
import io.countersign.observe.CredentialMetrics;
import org.jspecify.annotations.Nullable;

/**
 * A connector with all that a request needs of it, looked up once at start and at each reload.
 *
 * @param slots the credentials at the end of the connector's chain
 * @param destinations where its calls go
 * @param query the recipe that runs SQL; null where the service has none
 */
public record Binding(
    Connector connector,
    Service service,
    ConnectorSlots slots,
    Destinations destinations,
    @Nullable QueryRecipe query,
    CredentialMetrics.ForConnector credentialMetrics) {

  /** The wire form of one of its service's operations. */
  public OperationModel model(Operation operation) {
    return service.model().operation(operation.name()).orElseThrow();
  }

  @Override
  public String toString() {
    return "Binding[" + connector.name() + "]";
  }
}
