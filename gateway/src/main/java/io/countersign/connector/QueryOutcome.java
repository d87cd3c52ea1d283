package io.countersign.connector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has become of a statement. */
public sealed interface QueryOutcome {
  /** AWS's id of the statement. */
  String statementId();

  /**
   * It has finished, and these are its rows, or the next of them.
   *
   * @param rows an array of arrays, one value for each column
   * @param next where to go on when there are more rows than were asked for; null at the end
   */
  record Finished(String statementId, List<Column> columns, ArrayNode rows, @Nullable String next)
      implements QueryOutcome {
    public Finished {
      columns = List.copyOf(columns);
    }

    /** Whether rows were left behind; {@link #next} takes them up. */
    public boolean truncated() {
      return next != null;
    }

    /** The answer of the tool door. */
    public ObjectNode toJson() {
      ObjectNode json = Json.nodes().objectNode();
      ArrayNode names = json.putArray("columns");
      columns.forEach(c -> names.addObject().put("name", c.name()).put("type", c.type()));
      json.set("rows", rows);
      return json.put("row_count", rows.size())
          .put("truncated", truncated())
          .put("statement_id", statementId)
          .put("next", next);
    }
  }

  /** It has outlived the time given; {@link QueryRecipe#resume} takes it up again. */
  record StillRunning(String statementId) implements QueryOutcome {
    /** The answer of the tool door, with status 202. */
    public ObjectNode toJson() {
      return Json.nodes().objectNode().put("statement_id", statementId).put("status", "running");
    }
  }

  /**
   * AWS took it and could not finish it, or somebody cancelled it. Sending it again as it is gives
   * the same.
   *
   * @param status AWS's word, such as {@code FAILED}
   * @param message AWS's words
   */
  record Failed(String statementId, String status, String message) implements QueryOutcome {
    /** The problem's code at the tool door. */
    public static final String CODE = "query-failed";
  }

  /**
   * A column of a result.
   *
   * @param type the engine's name of the type, such as {@code int4} or {@code varchar}
   */
  record Column(String name, String type) {}
}
