package io.countersign.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a client script of {@code src/test/python} did: the JSON line of each step, by its name. */
public final class Steps {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, JsonNode> lines;

  private Steps(Map<String, JsonNode> lines) {
    this.lines = lines;
  }

  /**
   * Runs a script in the venv of the clients, to its end.
   *
   * @throws IllegalStateException if it does not end with 0, with what it wrote
   */
  public static Steps of(Map<String, String> environment, String script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(PythonTools.moto().python().toString());
    command.add(Places.python(script).toString());
    command.addAll(List.of(arguments));
    Command run =
        Command.run(environment, Places.target("it-home"), Duration.ofMinutes(3), command)
            .orFail(script);
    Map<String, JsonNode> lines = new LinkedHashMap<>();
    run.output()
        .lines()
        .forEach(
            line -> {
              try {
                JsonNode step = JSON.readTree(line);
                lines.put(step.required("step").asText(), step);
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(script + " wrote a line that is no JSON: " + line);
              }
            });
    return new Steps(lines);
  }

  /** The names of the steps, in the order in which they were taken. */
  public Set<String> names() {
    return lines.keySet();
  }

  /**
   * The line of a step that went well.
   *
   * @throws AssertionError if the step failed, or was not taken
   */
  public JsonNode passed(String name) {
    JsonNode line = line(name);
    if (!line.required("ok").asBoolean()) {
      throw new AssertionError("step " + name + " failed: " + line);
    }
    return line;
  }

  /**
   * The line of a step that raised.
   *
   * @throws AssertionError if the step went well, or was not taken
   */
  public JsonNode refused(String name) {
    JsonNode line = line(name);
    if (line.required("ok").asBoolean()) {
      throw new AssertionError("step " + name + " went through: " + line);
    }
    return line;
  }

  /**
   * The line of a step, however it went.
   *
   * @throws AssertionError if the step was not taken
   */
  public JsonNode line(String name) {
    JsonNode line = lines.get(name);
    if (line == null) {
      throw new AssertionError("no step " + name + " among " + lines.keySet());
    }
    return line;
  }
}
