package io.countersign.answer;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.smithy.jmespath.JmespathException;
import software.amazon.smithy.jmespath.JmespathExpression;

/**
 * A JMESPath expression that was read once and can be applied to any JSON. Immutable and
 * thread-safe.
 *
 * <p>What an expression may cost is bounded: its length, how deep it nests, and the work and the
 * size of each result. {@code [@,@]|[@,@]|…} would double its result at every step.
 *
 * @see <a href="https://jmespath.org/specification.html">JMESPath</a>
 */
public final class JmesPath {
  /** The longest expression, in characters. */
  public static final int LONGEST = 2_048;

  /** How many brackets, negations and references may be open at once. */
  public static final int DEEPEST = 32;

  /** How many dots, pipes and operators may follow each other. */
  public static final int MOST_STEPS = 256;

  /** How many values an evaluation may touch or make. */
  static final long MOST_WORK = 10_000_000;

  private final String text;
  private final JmespathExpression expression;

  private JmesPath(String text, JmespathExpression expression) {
    this.text = text;
    this.expression = expression;
  }

  /**
   * Reads an expression.
   *
   * @throws BadExpressionException if it is none, or longer or deeper than the limits
   */
  public static JmesPath parse(String text) throws BadExpressionException {
    if (text.isBlank()) {
      throw new BadExpressionException("the expression is empty");
    }
    if (text.length() > LONGEST) {
      throw new BadExpressionException(
          "the expression has " + text.length() + " characters; " + LONGEST + " are the most");
    }
    requireShallow(text);
    try {
      return new JmesPath(text, JmespathExpression.parse(text));
    } catch (JmespathException e) {
      throw new BadExpressionException(said(e));
    }
  }

  /**
   * An expression of a service's model.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JmesPath ofModel(String text) {
    try {
      return parse(text);
    } catch (BadExpressionException e) {
      throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
    }
  }

  /**
   * What the expression selects.
   *
   * @return JSON; the null node where it selects nothing. It shares parts with {@code root}
   * @throws BadExpressionException if a function of it cannot take what it is given, or if it costs
   *     too much
   */
  public JsonNode search(JsonNode root) throws BadExpressionException {
    JsonRuntime runtime = new JsonRuntime(MOST_WORK);
    try {
      JsonNode found = expression.evaluate(root, runtime);
      runtime.weigh(found);
      return found;
    } catch (JmespathException e) {
      throw new BadExpressionException(said(e));
    } catch (ArithmeticException e) {
      throw new BadExpressionException("a number is too large for its functions");
    }
  }

  private static String said(JmespathException e) {
    return switch (e.getType()) {
      case UNKNOWN_FUNCTION -> "there is no function " + e.getMessage();
      case INVALID_ARITY -> "a function has the wrong number of arguments: " + e.getMessage();
      case INVALID_TYPE -> "a value is not of the type that its place wants" + more(e);
      case INVALID_VALUE -> "a value cannot stand at its place" + more(e);
      case SYNTAX, OTHER -> String.valueOf(e.getMessage());
    };
  }

  /** The library often says no more than the name of the type. */
  private static String more(JmespathException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("invalid-") ? "" : ": " + message;
  }

  /** The parser and the evaluator go down the stack with every level: neither may overflow it. */
  private static void requireShallow(String text) throws BadExpressionException {
    int open = 0;
    int prefixes = 0;
    int steps = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
        continue;
      }
      switch (c) {
        case '"', '\'', '`' -> quote = c;
        case '(', '[', '{' -> open++;
        case ')', ']', '}' -> open = Math.max(0, open - 1);
        case '!', '&' -> prefixes++;
        case '.', '|', '=', '<', '>', '*' -> steps++;
        default -> {}
      }
      if (open > DEEPEST || prefixes > 4 * DEEPEST || steps > MOST_STEPS) {
        throw new BadExpressionException(
            "the expression nests too deep, or has too many steps, at character " + (i + 1));
      }
    }
  }

  /** The expression as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
