package io.countersign.answer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.Catalog;
import io.countersign.protocol.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is empty is left out where that loses nothing. */
class LeanTest {
  private static final Catalog CATALOG = Catalog.load();

  private static String lean(String service, String operation, String output) throws IOException {
    JsonNode json = Json.mapper().readTree(output.replace('\'', '"'));
    Lean.out(
        CATALOG.service(service).orElseThrow().model().operation(operation).orElseThrow().output(),
        json);
    return json.toString().replace('"', '\'');
  }

  @Test
  void leavesOutEmptyMembersOfStructures() throws IOException {
    assertThat(
            lean(
                "ec2",
                "DescribeInstances",
                "{'Reservations':[{'ReservationId':'r','Groups':[],'Instances':[{'InstanceId':'i',"
                    + "'Monitoring':{},'Placement':null,'Tags':[],'StateTransitionReason':'',"
                    + "'AmiLaunchIndex':0,'EbsOptimized':false}]}],'NextToken':null}"))
        .isEqualTo(
            "{'Reservations':[{'ReservationId':'r','Instances':[{'InstanceId':'i',"
                + "'StateTransitionReason':'','AmiLaunchIndex':0,'EbsOptimized':false}]}]}");
  }

  @Test
  void keepsTheOnlyMemberOfAStructure() throws IOException {
    assertThat(lean("dynamodb", "ListTables", "{'TableNames':[]}")).isEqualTo("{'TableNames':[]}");
  }

  @Test
  void keepsTheTypeOfAnAttributeAndTheEntriesOfAMap() throws IOException {
    String item = "{'Item':{'list':{'L':[]},'map':{'M':{}},'text':{'S':''},'none':{'NULL':true}}}";

    assertThat(lean("dynamodb", "GetItem", item)).isEqualTo(item);
  }

  @Test
  void keepsTheElementsOfAList() throws IOException {
    assertThat(lean("dynamodb", "Scan", "{'Items':[{},{'a':{'S':'x'}}],'Count':2}"))
        .isEqualTo("{'Items':[{},{'a':{'S':'x'}}],'Count':2}");
  }
}
