package io.countersign.config;

/**
 * One thing that is wrong with the configuration, or that deserves a warning. It carries no secret:
 * a value that came from a reference is shown as the reference.
 *
 * @param path where it is, {@code connectors.warehouse.role[1].arn}; empty for the file as a whole
 * @param line counted from 1; 0 when there is no line to name
 * @param column counted from 1; 0 when there is no column to name
 * @param message what is wrong, without a full stop
 * @param mend what to do about it, without a full stop; may be empty
 */
public record Problem(String path, int line, int column, String message, String mend) {
  /** {@code path: line 14: message; mend}, with what is empty left out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (!path.isEmpty()) {
      text.append(path).append(": ");
    }
    if (line > 0) {
      text.append("line ").append(line).append(": ");
    }
    text.append(message);
    if (!mend.isEmpty()) {
      text.append("; ").append(mend);
    }
    return text.toString();
  }
}
