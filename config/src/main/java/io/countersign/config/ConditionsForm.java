package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** {@code when}: a mapping of operators to mappings of keys to values, as in IAM's policies. */
final class ConditionsForm implements Form<List<Condition>> {
  static final ConditionsForm FORM = new ConditionsForm();

  private static final String IF_EXISTS = "IfExists";
  private static final String STEP = "[A-Za-z0-9_-]{1,128}(\\[\\]|\\{\\})?";

  /** Members of the input as {@code Resources} of the catalog names them. */
  private static final String KEY =
      "input\\." + STEP + "(\\." + STEP + "){0,15}|agent\\.[A-Za-z0-9_.:/-]{1,128}|user";

  private static final Pattern KEYS = Pattern.compile(KEY);

  private ConditionsForm() {}

  @Override
  public @Nullable List<Condition> read(Place at, Reading in) {
    Map<String, Place> operators = Section.entries(at, in, words());
    if (operators == null) {
      return null;
    }
    List<Condition> conditions = new ArrayList<>();
    boolean whole = true;
    for (Map.Entry<String, Place> entry : operators.entrySet()) {
      whole &= operator(entry.getKey(), entry.getValue(), in, conditions);
    }
    return whole ? List.copyOf(conditions) : null;
  }

  private static boolean operator(String name, Place at, Reading in, List<Condition> conditions) {
    boolean ifExists = name.endsWith(IF_EXISTS);
    String bare = ifExists ? name.substring(0, name.length() - IF_EXISTS.length()) : name;
    Operator operator = Operator.byName().get(bare);
    if (operator == null || (ifExists && operator == Operator.NULL)) {
      in.problem(
          at,
          "'" + name + "' is no operator of conditions",
          Nearest.suggestion(
              bare,
              Operator.byName().keySet(),
              "the operators are " + String.join(", ", Operator.byName().keySet())));
      return false;
    }
    Map<String, Place> keys = Section.entries(at, in, "a mapping of keys to values");
    if (keys == null) {
      return false;
    }
    boolean whole = true;
    for (Map.Entry<String, Place> entry : keys.entrySet()) {
      List<String> values = key(entry.getKey(), entry.getValue(), operator, in);
      if (values == null) {
        whole = false;
      } else {
        conditions.add(new Condition(operator, ifExists, entry.getKey(), values));
      }
    }
    return whole;
  }

  private static @Nullable List<String> key(String key, Place at, Operator operator, Reading in) {
    if (!KEYS.matcher(key).matches()) {
      in.problem(
          at,
          "'" + key + "' is no key of a condition",
          "write input. and a member of the operation's input (input.Bucket, input.Tags[].Key),"
              + " agent. and an attribute, or user");
      return null;
    }
    List<String> values = new ArrayList<>();
    boolean whole = true;
    if (at.node() instanceof SequenceNode sequence) {
      in.visit();
      int index = 0;
      for (Node node : sequence.getValue()) {
        whole &= value(at.item(index++, node), operator, in, values);
      }
    } else {
      whole = value(at, operator, in, values);
    }
    if (whole && values.isEmpty()) {
      in.problem(at, "the list is empty, so nothing could fit", "give it a value, or remove it");
      return null;
    }
    return whole ? values : null;
  }

  private static boolean value(Place at, Operator operator, Reading in, List<String> values) {
    Reading.Text text = in.text(at, "a value");
    if (text == null) {
      return false;
    }
    try {
      operator.check(text.value());
    } catch (Wrong e) {
      in.problem(at, Reading.shown(at) + " " + e.says(), e.mend());
      return false;
    }
    values.add(text.value());
    return true;
  }

  @Override
  public String words() {
    return "a mapping of operators to keys and values";
  }

  @Override
  public ObjectNode schema() {
    ObjectNode value = Schema.object();
    value.putArray("type").add("string").add("number").add("boolean");
    ObjectNode values = Schema.object().put("type", "array").put("minItems", 1);
    values.set("items", value.deepCopy());
    ObjectNode keys = Schema.object().put("type", "object");
    keys.putObject("propertyNames").put("pattern", "^(" + KEY + ")$");
    keys.set("additionalProperties", Schema.anyOf(List.of(value, values)));
    ObjectNode schema = Schema.object().put("type", "object");
    schema
        .putObject("propertyNames")
        .put(
            "pattern",
            "^("
                + String.join("|", new TreeSet<>(Operator.byName().keySet()))
                + ")("
                + IF_EXISTS
                + ")?$");
    schema.set("additionalProperties", keys);
    return schema;
  }
}
