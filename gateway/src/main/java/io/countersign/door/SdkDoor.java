package io.countersign.door;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Headers;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.Recognizer;
import io.countersign.catalog.Service;
import io.countersign.config.Agent;
import io.countersign.config.VirtualCredentials;
import io.countersign.credentials.Slot;
import io.countersign.identity.Resolution;
import io.countersign.identity.SeenSignatures;
import io.countersign.protocol.RequestReader;
import io.countersign.protocol.UnreadableRequestException;
import io.countersign.signer.Authorization;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SigV4aSigner;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SDK door: requests that an AWS SDK, the AWS CLI or any other tool has signed with virtual
 * credentials. Its steps are those of the request path, each a function of what came before; they
 * throw {@link Refused} and touch no channel.
 */
public final class SdkDoor {
  /** What only a query of Signature Version 2 has. */
  private static final String VERSION_2 = "AWSAccessKeyId=";

  /**
   * How long a copy waits for its answer. A signature has the second in which it was made, and one
   * that is made this much after the copy came is of a later second, whatever the client's clock.
   */
  public static final Duration ANEW = Duration.ofSeconds(1);

  private SdkDoor() {}

  /**
   * What a signed request says of itself, before its signature is verified.
   *
   * @param key whose virtual credentials it is signed with
   */
  public record Claim(Head head, Authorization authorization, Resolution.Valid key) {
    public Agent agent() {
      return key.agent();
    }

    /**
     * What the client says of the payload; null when it says nothing, so that the body must be
     * hashed.
     */
    public @Nullable PayloadHash named() {
      return authorization.declaredPayload();
    }

    /** Whether the scope names S3 or one of its kin, whose payload may be unsigned or streamed. */
    public boolean isS3() {
      return PathRule.forService(authorization.service()).equals(PathRule.S3);
    }
  }

  /**
   * Whether the request is meant for this door: it is signed, or tries to be.
   *
   * @param authorization the Authorization header, or null
   */
  public static boolean speaks(Head head, @Nullable String authorization) {
    return authorization == null
        ? Authorization.isPresent(head) || head.query().contains(VERSION_2)
        : authorization.startsWith("AWS");
  }

  /** Reads whose request it claims to be. The signature is yet to be verified. */
  public static Claim claim(Head head, Routing routing, Verifier verifier) throws Refused {
    if (head.query().contains(VERSION_2)) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "signature-version-2",
              "the URL is presigned with Signature Version 2, which is not taken here",
              "presign with version 4: signature_version='s3v4' in botocore, and 'aws configure set"
                  + " default.s3.signature_version s3v4' for the AWS CLI"));
    }
    Authorization authorization;
    try {
      authorization = verifier.claim(head);
    } catch (MalformedRequestException e) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-authorization",
              "the signature cannot be read: " + e.getMessage(),
              "sign with AWS Signature Version 4, once, in the Authorization header or in the"
                  + " query"));
    }
    return switch (routing.virtualKeys().resolve(authorization.accessKeyId())) {
      case Resolution.Valid valid -> new Claim(head, authorization, valid);
      case Resolution.Refused refused ->
          throw new Refused(
              new Refusal(
                  refused instanceof Resolution.Expired
                      ? Refusal.Kind.EXPIRED_KEY
                      : Refusal.Kind.INVALID_KEY,
                  refused.code(),
                  refused.reason(),
                  refused.hint()));
    };
  }

  /**
   * Verifies the signature over the request as it came.
   *
   * @param payload what the client named, or the hash of the body where it named none
   */
  public static Verification.Valid verify(
      Claim claim, PayloadHash payload, Verifier verifier, Instant now) throws Refused {
    Verification verification;
    try {
      verification =
          verifier.verify(
              claim.authorization(), claim.head(), payload, claim.key().credentials(), now);
    } catch (MalformedRequestException e) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-target",
              e.getMessage() + (e.offset() >= 0 ? " at offset " + e.offset() : ""),
              "percent-encode the path and the query as UTF-8"));
    }
    return switch (verification) {
      case Verification.Valid valid -> valid;
      case Verification.Mismatch mismatch ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.BAD_SIGNATURE,
                  "signature-mismatch",
                  "the signature does not fit the request as it arrived",
                  "check the secret access key, and that no proxy between changes the request; the"
                      + " gateway computed this canonical request: "
                      + mismatch.canonicalRequest()));
      case Verification.Skewed skewed ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.SKEWED,
                  "request-time-skewed",
                  "the request was signed at "
                      + skewed.signedAt()
                      + " and the gateway's clock says "
                      + skewed.now()
                      + ": more than 5 minutes apart. Signature expired",
                  "set the clock, or sign anew: a captured request is not taken again"));
      case Verification.Expired expired ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.DENIED,
                  "presigned-url-expired",
                  "Request has expired: the presigned URL was good until " + expired.expiredAt(),
                  "presign it anew"));
      case Verification.UnsignedHeader unsigned ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.BAD_SIGNATURE,
                  "unsigned-header",
                  "the header '" + unsigned.name() + "' is not among SignedHeaders",
                  "sign host and every x-amz-* header that is sent"));
      case Verification.MissingHeader missing ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.BAD_SIGNATURE,
                  "missing-header",
                  "SignedHeaders names '" + missing.name() + "', which the request does not have",
                  "send every header that is signed; a proxy between may have dropped it"));
      case Verification.PayloadMismatch mismatch -> throw new Refused(wrongHash(mismatch.actual()));
    };
  }

  /** What the client is told when the body is not the one that it signed. */
  public static Refusal wrongHash(PayloadHash actual) {
    return new Refusal(
        Refusal.Kind.WRONG_HASH,
        "payload-hash-mismatch",
        "the body's SHA-256 is " + actual + ", which is not what x-amz-content-sha256 says",
        "send the body that was signed; nothing of it was taken as whole");
  }

  /**
   * Finds the connector: the one of the credentials, or the only one for the scope's service and
   * Region.
   */
  public static Binding resolve(Claim claim, Routing routing) throws Refused {
    Agent agent = claim.agent();
    String service = claim.authorization().service();
    String region = claim.authorization().region();
    var bound = claim.key().connector();
    if (bound != null) {
      Binding binding = routing.bindings().get(bound.name());
      if (binding == null || !serves(binding, service, region)) {
        throw new Refused(
            new Refusal(
                Refusal.Kind.DENIED,
                "wrong-connector",
                "these credentials are for connector '"
                    + bound.name()
                    + "' ("
                    + bound.service()
                    + " in "
                    + bound.region()
                    + "), and the request is signed for "
                    + service
                    + " in "
                    + region,
                "set the client's Region to the connector's, or take the credentials of"
                    + " /v1/credentials, which find the connector by service and Region"));
      }
      return binding;
    }
    List<Binding> candidates = new ArrayList<>(2);
    for (Binding binding : routing.bindings().values()) {
      if (serves(binding, service, region) && routing.policy().mayUse(agent, binding.connector())) {
        candidates.add(binding);
      }
    }
    return switch (candidates.size()) {
      case 1 -> candidates.getFirst();
      case 0 ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.DENIED,
                  "no-connector",
                  "no connector of agent '"
                      + agent.name()
                      + "' is for "
                      + service
                      + " in "
                      + region,
                  "it may use "
                      + ToolDoor.names(routing, agent)
                      + "; is the client's Region right?"));
      default -> {
        List<String> names = candidates.stream().map(b -> b.connector().name()).sorted().toList();
        throw new Refused(
            new Refusal(
                Refusal.Kind.CONFLICT,
                "ambiguous-connector",
                "connectors "
                    + String.join(" and ", names)
                    + " are both for "
                    + service
                    + " in "
                    + region,
                "take credentials that name one: /v1/credentials/" + names.getFirst()));
      }
    };
  }

  /**
   * Takes a request that changes state once. A presigned URL is meant to be used by whoever holds
   * it until it expires, so it is left out, as AWS does.
   *
   * <p>The signature of a call says when it was made to the second only. So two calls of a client
   * that signs nothing else to tell them apart, as botocore does, are one and the same when they
   * are made within a second, and so are the bytes that an HTTP library sends again by itself.
   * Either gets an error at which SDKs sign anew and try again, once {@link #ANEW} is over, so that
   * the new signature is another; a copy by somebody else gets no further.
   */
  public static void once(
      Claim claim, Operation operation, Routing routing, SeenSignatures seen, Instant now)
      throws Refused {
    Authorization authorization = claim.authorization();
    if (operation.level().isReadOnly()
        || authorization.presigned()
        || routing.config().virtualCredentials().replay() == VirtualCredentials.Replay.ALLOW) {
      return;
    }
    switch (seen.see(claim.agent().name(), authorization.signature(), authorization.time(), now)) {
      case FIRST -> {}
      case SEEN ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.REPLAYED,
                  "request-replayed",
                  "a request that changes state is taken once, and this one, with the same"
                      + " signature, has been",
                  "sign it anew if a second call is meant; SDKs do so by themselves, and"
                      + " virtual-credentials.replay is for agents that mean many within a second",
                  1));
      case FULL ->
          throw new Refused(
              new Refusal(
                  Refusal.Kind.BUSY,
                  "too-many-changes",
                  "agent '"
                      + claim.agent().name()
                      + "' has sent more requests that change state within five minutes than are"
                      + " kept to refuse copies of them",
                  "send fewer, or spread them over several agents or gateways",
                  5));
    }
  }

  private static boolean serves(Binding binding, String service, String region) {
    return binding.destinations().serves(service, region);
  }

  /**
   * The canonical path that goes on the wire, with the bucket in it where the client has put it
   * into the host name.
   */
  public static String path(
      Claim claim, Verification.Valid verified, Binding binding, Routing routing) {
    S3Host host = s3Host(claim, binding, routing);
    return host == null ? verified.path() : "/" + host.name() + verified.path();
  }

  /** Null where the path says which bucket, or none is named. */
  private static @Nullable S3Host s3Host(Claim claim, Binding binding, Routing routing) {
    String host = binding.service().id().equals("s3") ? claim.head().get("host") : null;
    // The label before that operation's host is a route, which a header repeats.
    return host == null || claim.head().path().equals("/WriteGetObjectResponse")
        ? null
        : S3Host.of(host, routing.config().hostNames(), claim.authorization().service());
  }

  /** Whether the operation stands in the body, so that the body must be read first. */
  public static boolean needsForm(Claim claim, Routing routing) {
    for (Service service : routing.catalog().bySigningName(claim.authorization().service())) {
      if (Recognizer.needsForm(
          service, claim.head().method(), claim.head().path(), headers(claim.head()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Recognises the operation; null when it is none that is known.
   *
   * @param path as {@link #path} gives it
   * @param form the body of a request of the query protocol; empty when there is none, null when it
   *     is not known
   */
  public static @Nullable Operation operation(
      Claim claim,
      Verification.Valid verified,
      Binding binding,
      String path,
      @Nullable String form) {
    return Recognizer.recognize(
        binding.service(),
        claim.head().method(),
        path,
        verified.query(),
        headers(claim.head()),
        form);
  }

  /**
   * The input as the client wrote it, for the policy; null where it cannot be read for certain.
   *
   * @param path as {@link #path} gives it
   * @param body null where it is not at hand
   */
  public static @Nullable ObjectNode input(
      Claim claim,
      Verification.Valid verified,
      Binding binding,
      Operation operation,
      String path,
      Routing routing,
      byte @Nullable [] body) {
    Head head = claim.head();
    OperationModel model = binding.model(operation);
    if (body == null && RequestReader.readsBody(model)) {
      return null;
    }
    List<String> names = new ArrayList<>(head.headerCount());
    for (int i = 0; i < head.headerCount(); i++) {
      names.add(head.headerName(i));
    }
    S3Host host = s3Host(claim, binding, routing);
    S3Host.AccessPoint point = host == null ? null : host.accessPoint();
    try {
      ObjectNode input =
          RequestReader.read(
              binding.service().metadata(),
              Recognizer.protocol(binding.service(), head.method(), path, headers(head)),
              model,
              path,
              verified.query(),
              names,
              headers(head),
              body);
      if (point != null && input.has("Bucket")) {
        input.put("Bucket", binding.destinations().arn(point)); // as the tool door would be told
      }
      return input;
    } catch (UnreadableRequestException e) {
      return null; // a rule that asks for the input refuses, and says that it could not be told
    }
  }

  /**
   * A header that came twice is one list, so that nothing is recognised by one value and carried
   * out by another.
   */
  private static Headers headers(Head head) {
    return head::joined;
  }

  /** The protocol that the client speaks, so that an error can be told in its shape. */
  public static Protocol protocol(
      Head head, @Nullable Authorization authorization, Routing routing) {
    if (authorization != null) {
      List<Service> services = routing.catalog().bySigningName(authorization.service());
      if (!services.isEmpty()) {
        return Recognizer.protocol(services.getFirst(), head.method(), head.path(), headers(head));
      }
    }
    if (head.get("x-amz-target") != null) {
      return Protocol.JSON;
    }
    String type = head.get("content-type");
    if (head.get("smithy-protocol") != null) {
      return Protocol.RPC_V2_CBOR;
    }
    if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
      return Protocol.QUERY;
    }
    return type != null && type.contains("json") ? Protocol.REST_JSON : Protocol.REST_XML;
  }

  /**
   * What goes to AWS: the canonical path and query, the Host of the connector, and the client's
   * headers without those that belong to this hop, to the old signature, or to a proxy.
   *
   * @param slot of the credentials that it is signed with
   * @param path as {@link #path} gives it
   */
  public static Outgoing outgoing(
      Claim claim,
      Verification.Valid verified,
      Binding binding,
      Operation operation,
      Slot slot,
      String path,
      Routing routing,
      PayloadHash payload,
      long contentLength)
      throws Refused {
    Head in = claim.head();
    S3Host host = s3Host(claim, binding, routing);
    S3Host.AccessPoint point = host == null ? null : host.accessPoint();
    Destinations destinations = binding.destinations();
    Destination to =
        destinations.of(
            operation,
            path,
            headers(in),
            point == null ? null : destinations.arn(point),
            slot.role());
    if (to.isSigV4a() && payload.isStreaming()) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "streaming-payload",
              "the gateway does not sign chunks for several Regions (SigV4a)",
              "send the body in one piece, with its hash or as UNSIGNED-PAYLOAD"));
    }
    Head out =
        new Head(
            in.method(),
            to.wirePath(operation.uri(), path),
            verified.query(),
            in.headerCount() + 2);
    out.add("Host", to.host());
    List<String> hop = ForwardedHeaders.namedByConnection(in);
    for (int i = 0; i < in.headerCount(); i++) {
      String name = in.headerName(i);
      if (!SigV4aSigner.replaces(name) && ForwardedHeaders.forwards(name, hop) && !to.sets(name)) {
        out.add(name, in.headerValue(i));
      }
    }
    to.headers().forEach(out::add);
    return new Outgoing(binding, to, slot, operation, out, payload, contentLength);
  }
}
