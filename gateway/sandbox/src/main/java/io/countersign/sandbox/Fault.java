package io.countersign.sandbox;

import java.time.Duration;

/** One way to misbehave. Unless it says otherwise the request is read whole first. */
public sealed interface Fault {

  /** Answers properly, after that time. */
  record Delay(Duration time) implements Fault {}

  /**
   * Reads the request and never answers: until the peer leaves, {@link Faults#clear} or the
   * sandbox's end.
   */
  record Hang() implements Fault {}

  /** Resets the connection (RST) instead of answering; the request was not acted on. */
  record Reset() implements Fault {}

  /** Acts on the request, then resets the connection instead of answering. */
  record ResetAfterActing() implements Fault {}

  /** Closes the connection in good order (FIN) instead of answering. */
  record CloseWithoutAnswer() implements Fault {}

  /** Sends the head of the proper answer, then resets. */
  record ResetAfterHead() implements Fault {}

  /** Sends the head of the proper answer and that many bytes of its body, then closes. */
  record CloseMidBody(long bytes) implements Fault {}

  /** Sends the head of the proper answer and that many bytes of its body, then nothing more. */
  record HangMidBody(long bytes) implements Fault {}

  /** Sends that many bytes that are not HTTP, then closes. */
  record Garbage(int bytes) implements Fault {}

  /** Sends exactly this, in ISO 8859-1, then closes: for answers of any shape. */
  record Raw(String text) implements Fault {}

  /** The service's own refusal for too many requests. */
  record Throttle() implements Fault {}

  /**
   * A fault of the service itself, in its own error shape; the status is 500 or 503, or another of
   * 5xx.
   */
  record ServerError(int status) implements Fault {}

  /** Any AWS error, in the error shape of the service. */
  record Refuse(int status, String code, String message) implements Fault {}

  /**
   * Answers properly but announces a body that is longer (or shorter) by that many bytes, then
   * closes.
   */
  record WrongContentLength(int delta) implements Fault {}

  /** Sends the body of the proper answer in pieces of that many bytes, with a pause before each. */
  record Drip(int bytes, Duration pause) implements Fault {}

  /**
   * Refuses as soon as the head was read, without reading the body or saying 100 Continue; then
   * closes.
   */
  record RefuseEarly(int status, String code, String message) implements Fault {}

  /** Resets as soon as the head was read. */
  record ResetEarly() implements Fault {}
}
