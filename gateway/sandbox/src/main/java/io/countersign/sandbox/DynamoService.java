package io.countersign.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * DynamoDB, only so far that a client can list the tables: there are three, and nothing in them.
 */
final class DynamoService implements Service {
  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    JsonRpc.input(call.request());
    if (!call.operation().equals("ListTables")) {
      throw JsonRpc.unknownOperation(call.operation());
    }
    call.need(Dialect.JSON, "dynamodb:ListTables", "*");
    ObjectNode output = JsonRpc.object();
    output.putArray("TableNames").add("carts").add("customers").add("sessions");
    return JsonRpc.output(call.request(), output);
  }
}
