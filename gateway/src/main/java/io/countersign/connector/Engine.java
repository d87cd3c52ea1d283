package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Service;
import io.countersign.connector.QueryOutcome.Column;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What differs between the services that run SQL: names, and the form of results. */
sealed interface Engine permits Athena, RedshiftData {

  /** How far a statement is. */
  sealed interface Progress {
    record Running() implements Progress {}

    /** {@code header} is whether the first page's first row may repeat the column names. */
    record Done(boolean hasRows, boolean header) implements Progress {}

    record Failed(String status, String message) implements Progress {}
  }

  /** A page of a result; {@code next} is AWS's token. */
  record Page(List<Column> columns, List<ArrayNode> rows, @Nullable String next) {}

  /** The operation that starts a statement. */
  String startOperation();

  /** Its input, before the connector's parameters. */
  ObjectNode startInput(String sql, @Nullable JsonNode parameters, String idempotencyToken)
      throws BadInputException;

  /** What a configuration must not switch on, since the recipe cannot read its results. */
  List<String> leftOut();

  /** The member of answers and inputs that has the statement's id. */
  String idMember();

  String progressOperation();

  Progress progress(JsonNode answer) throws GarbledAnswerException;

  String resultOperation();

  /** The input for a page, without the id. */
  ObjectNode resultInput(PageToken from, int rowsWanted);

  Page page(JsonNode answer, boolean dropHeader) throws GarbledAnswerException;

  String cancelOperation();

  /** The JSON Schema of {@code parameters}. */
  ObjectNode parametersSchema();

  static @Nullable Engine of(Service service) {
    return switch (service.id()) {
      case "athena" -> new Athena();
      case "redshift-data" -> new RedshiftData();
      default -> null;
    };
  }
}
