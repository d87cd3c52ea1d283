package io.countersign.protocol;

import static io.countersign.protocol.TestModels.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceModel;
import io.countersign.config.Connector;
import io.countersign.protocol.Schemas.Form;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemasTest {
  private static final Connector PLAIN = Samples.connector("athena", Map.of(), Set.of());
  private static final Operation ANY = Samples.operation("athena", "StartQueryExecution");

  private final ServiceModel model = TestModels.model("json");
  private final OperationModel put = TestModels.put(model);

  @Test
  void tellsAllMembersInFullAndAShapeThatHoldsItselfOnce() {
    ObjectNode schema = Schemas.input(ANY, put, PLAIN, Form.FULL);

    assertThat(schema.get("$schema").textValue()).isEqualTo(Schemas.DIALECT);
    assertThat(schema.at("/properties/Tree")).isEqualTo(json("{'$ref':'#/$defs/Tree'}"));
    assertThat(schema.at("/$defs/Tree"))
        .isEqualTo(
            json(
                "{'type':'object','properties':{'Name':{'type':'string'},'Children':{"
                    + "'type':'array','items':{'$ref':'#/$defs/Tree'}}},'required':['Name'],"
                    + "'additionalProperties':false}"));
    assertThat(schema.at("/$defs/Choice/maxProperties").intValue()).isEqualTo(1);
    assertThat(schema.at("/properties/Colour"))
        .isEqualTo(json("{'type':'string','enum':['RED','BLUE']}"));
    assertThat(schema.at("/properties/Sparse/items/anyOf/1/type").textValue()).isEqualTo("null");
    assertThat(schema.at("/properties/Big/minimum").intValue()).isEqualTo(1);
    assertThat(schema.at("/properties/Any")).isEmpty();
    assertThat(schema.get("required")).isEqualTo(json("['Bucket','Key','Account']"));
  }

  @Test
  void tellsTopLevelMembersAndTypesCompactly() {
    ObjectNode schema = Schemas.input(ANY, put, PLAIN, Form.COMPACT);

    assertThat(schema.has("$defs")).isFalse();
    assertThat(schema.at("/properties/Tree")).isEqualTo(json("{'type':'object'}"));
    assertThat(schema.at("/properties/Texts")).isEqualTo(json("{'type':'array'}"));
    assertThat(schema.at("/properties/Colour")).isEqualTo(json("{'type':'string'}"));
  }

  @Test
  void doesNotHoldAnOutputToTheValuesThatTheModelKnows() {
    ObjectNode schema = Schemas.output(put, Form.FULL);

    assertThat(schema.at("/properties/When"))
        .isEqualTo(json("{'type':'string','format':'date-time'}"));
    assertThat(schema.at("/properties/Share/type")).isEqualTo(json("['number','string']"));
    assertThat(schema.at("/properties/Big").has("minimum")).isFalse();
    assertThat(schema.has("required")).isFalse();
    assertThat(schema.at("/$defs/Tree").has("additionalProperties")).isFalse();
  }

  @Test
  void leavesOutWhatIsLockedAndShowsWhatIsFilledIn() {
    Connector connector =
        Samples.connector(
            "athena", Map.of("WorkGroup", "w", "QueryString", "q"), Set.of("WorkGroup"));
    OperationModel start =
        Samples.service("athena").model().operation("StartQueryExecution").orElseThrow();

    JsonNode schema = Schemas.input(ANY, start, connector, Form.COMPACT);

    assertThat(schema.get("properties").has("WorkGroup")).isFalse();
    assertThat(schema.at("/properties/QueryString/default").textValue()).isEqualTo("q");
    assertThat(schema.has("required")).isFalse();
  }
}
