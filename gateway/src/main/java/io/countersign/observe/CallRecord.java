package io.countersign.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request by the time it ends. A plain carrier: one event loop fills it along
 * the request path and then hands it to {@link Recorder#record}, after which nobody may write to
 * it.
 *
 * <p>No field takes a secret: no token, no signature, no query string (it can hold a presigned
 * signature), no body. Text that an agent chose may stand here in full; the log writer bounds and
 * escapes it.
 */
public final class CallRecord implements Cloneable {
  /** Marks a duration of something that did not happen. */
  public static final long NOT_MEASURED = -1;

  /** What the policy said. */
  public enum Decision {
    /** A rule allowed the call. */
    ALLOW("allow"),
    /** No rule allowed it, or it is refused whatever the rules say. */
    DENY("deny"),
    /** The request ended before the policy was asked. */
    NONE("none");

    private final String label;

    Decision(String label) {
      this.label = label;
    }

    /** The value of the label {@code decision} and of the field of that name in the logs. */
    public String label() {
      return label;
    }
  }

  /** Ours, unique; the agent sees it as {@code x-countersign-request-id}. */
  public String requestId = "";

  /** When the request line was read: milliseconds since 1970 UTC. For people, not for durations. */
  public long startWallMillis;

  /** The same moment on {@link System#nanoTime}. */
  public long startNanos;

  /** The way in; {@link Door#OTHER} until it is known. */
  public Door door = Door.OTHER;

  /** The configured name of the authenticated agent; null when nobody was authenticated. */
  public @Nullable String agent;

  /** By what the agent proved itself ({@code bearer-token}, {@code jwt}); null when it did not. */
  public @Nullable String identityKind;

  /** On whose behalf the agent acts, as a signed claim says; null for itself. */
  public @Nullable String user;

  /** The peer's IP address and port as the socket knows them, never as a header claims. */
  public @Nullable String sourceAddress;

  /** The method as received. */
  public @Nullable String method;

  /** The path as received, raw, without the query string. */
  public @Nullable String path;

  /** The connector that was found or asked for. Only a configured name becomes a label. */
  public @Nullable String connector;

  /** The AWS service's id ({@code redshift-data}). */
  public @Nullable String service;

  /** The Region that was signed for. */
  public @Nullable String region;

  /** The recognised operation ({@code ExecuteStatement}); null when none was recognised. */
  public @Nullable String operation;

  /** The operation's access level ({@code read}, {@code write}, …). */
  public @Nullable String accessLevel;

  /** The ARNs that the call names, as far as they are known; empty for none. */
  public List<String> resources = List.of();

  /** What the policy said. */
  public Decision decision = Decision.NONE;

  /** The machine-readable reason of a denial. */
  public @Nullable String decisionCode;

  /** The rule that allowed the call. */
  public @Nullable String rule;

  /** How it ended. {@link Outcome#GATEWAY_ERROR} until somebody says otherwise. */
  public Outcome outcome = Outcome.GATEWAY_ERROR;

  /** The status sent to the agent; 0 when none was sent. */
  public int status;

  /** The error code sent to the agent, ours or AWS's; null without an error. */
  public @Nullable String errorCode;

  /** {@code x-amzn-RequestId} or {@code x-amz-request-id} of the upstream's answer. */
  public @Nullable String awsRequestId;

  /** The access key id that signed the call upstream: the id only, so that CloudTrail matches. */
  public @Nullable String roleAccessKeyId;

  /** The ARN of the role that signed the call upstream; null without a role. */
  public @Nullable String role;

  /** The role session's name, as CloudTrail shows it. */
  public @Nullable String sessionName;

  /** The host that was dialled. */
  public @Nullable String upstreamHost;

  /** Body bytes received from the agent. */
  public long bytesIn;

  /** Body bytes sent to the agent. */
  public long bytesOut;

  /** Waiting for the role's credentials, in nanoseconds; {@link #NOT_MEASURED} without. */
  public long credentialsNanos = NOT_MEASURED;

  /** Canonicalising, hashing and signing, in nanoseconds; {@link #NOT_MEASURED} without. */
  public long signNanos = NOT_MEASURED;

  /**
   * From the first byte sent upstream to the first byte of its answer, in nanoseconds; {@link
   * #NOT_MEASURED} without an answer.
   */
  public long upstreamFirstByteNanos = NOT_MEASURED;

  /** From the request line to the last byte of the answer, in nanoseconds. */
  public long totalNanos = NOT_MEASURED;

  /** A copy, for the line of one of the several calls of AWS that a request may be. */
  public CallRecord copy() {
    try {
      return (CallRecord) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("it is cloneable", e);
    }
  }

  /** Names the request and how it ended; what an agent chose stays out. */
  @Override
  public String toString() {
    return "CallRecord[" + requestId + " " + door.label() + " " + outcome.label() + "]";
  }
}
