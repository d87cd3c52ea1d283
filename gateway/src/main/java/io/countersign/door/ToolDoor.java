package io.countersign.door;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.OperationModel;
import io.countersign.config.Agent;
import io.countersign.config.Limits;
import io.countersign.credentials.Slot;
import io.countersign.identity.Caller;
import io.countersign.identity.Identification;
import io.countersign.identity.IssuedKey;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.InputMerge;
import io.countersign.protocol.WireCodec;
import io.countersign.protocol.WireRequest;
import io.countersign.signer.PayloadHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tool door: JSON calls under {@code /v1}, and the listing of what an agent may call. Its steps
 * are those of the request path, each a function of what came before; they throw {@link Refused}
 * and touch no channel.
 */
public final class ToolDoor {
  /** The recipe that runs SQL, where the connector's service has one. */
  public static final String QUERY = "query";

  private final ObjectMapper json;
  private final int bodyBytes;

  public ToolDoor(Limits limits) {
    this.bodyBytes = limits.toolBodyBytes();
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepth())
                    .maxStringLength(limits.toolBodyBytes())
                    .maxDocumentLength(limits.toolBodyBytes())
                    .build())
            .build();
    this.json =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
  }

  /** What the request's Authorization header says. */
  public static Identification identify(Head head, Routing routing) {
    return routing.agents().identify(head.all("authorization"));
  }

  /**
   * Whose request it is.
   *
   * @param peer whose connection it is, by its certificate; null for nobody's
   */
  public static Caller caller(Identification identification, @Nullable Caller peer) throws Refused {
    return switch (identification) {
      case Identification.Known known -> {
        requireSame(known.agent(), peer);
        yield known.caller();
      }
      case Identification.Absent absent when peer != null -> peer;
      case Identification.Absent absent -> throw unauthenticated("the request bears no token");
      case Identification.Malformed malformed -> throw unauthenticated(malformed.reason());
      case Identification.Unknown unknown ->
          throw unauthenticated("the token is none of a configured agent");
      case Identification.Refused refused ->
          throw new Refused(
              new Refusal(
                  refused.temporary() ? Refusal.Kind.BUSY : Refusal.Kind.UNAUTHENTICATED,
                  refused.code(),
                  refused.reason(),
                  refused.hint(),
                  refused.temporary() ? 1 : 0));
      case Identification.Unverified unverified ->
          throw new IllegalStateException("the token is yet to be verified");
    };
  }

  /** Refuses a request that two proofs say two agents of. */
  public static void requireSame(Agent agent, @Nullable Caller peer) throws Refused {
    if (peer != null && !peer.agent().name().equals(agent.name())) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.UNAUTHENTICATED,
              "two-identities",
              "the request is of another agent than the certificate of its connection",
              "send the agent's own token or credentials, or none, with its certificate"));
    }
  }

  private static Refused unauthenticated(String detail) {
    return new Refused(
        new Refusal(
            Refusal.Kind.UNAUTHENTICATED,
            "unauthenticated",
            detail,
            "send the agent's token: Authorization: Bearer <token>"));
  }

  /** Virtual credentials of the agent, in the form that SDKs read from a container's endpoint. */
  public static byte[] credentials(Caller caller, @Nullable String connector, Routing routing)
      throws Refused {
    if (connector != null) {
      connector(connector, caller.agent(), routing); // refuses what the agent may not use
    }
    IssuedKey issued = routing.virtualKeys().issueForContainer(caller, connector);
    if (issued == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.UNAUTHENTICATED,
              "token-expired",
              "the token has no time left, and credentials live no longer than it",
              "get a new token"));
    }
    return issued.toContainerJson().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The connector, if there is one that the agent may use; what it may not use does not exist for
   * it.
   */
  public static Binding connector(String name, Agent agent, Routing routing) throws Refused {
    Binding binding = routing.bindings().get(name);
    if (binding == null || !routing.policy().mayUse(agent, binding.connector())) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.NOT_FOUND,
              "unknown-connector",
              "agent '" + agent.name() + "' has no connector '" + name + "'",
              "it may use " + names(routing, agent)));
    }
    return binding;
  }

  /** The connectors that the agent may use, for a sentence. */
  static String names(Routing routing, Agent agent) {
    List<String> names =
        routing.bindings().values().stream()
            .filter(b -> routing.policy().mayUse(agent, b.connector()))
            .map(b -> b.connector().name())
            .sorted()
            .toList();
    return names.isEmpty()
        ? "none: it has no 'allow' that names one"
        : names.stream().collect(Collectors.joining(", "));
  }

  /**
   * AWS's id of the statement that the agent wants to take up: one that the gateway has told this
   * agent on this connector, and no other.
   */
  public static String statement(
      Agent agent, Binding binding, ToolRequest.Resume resume, Routing routing) throws Refused {
    String connector = binding.connector().name();
    String id =
        binding.query() == null
            ? null
            : routing
                .virtualKeys()
                .statements()
                .open(agent.name(), connector, resume.statement())
                .orElse(null);
    if (id == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.NOT_FOUND,
              "unknown-statement",
              "agent '"
                  + agent.name()
                  + "' has no statement of that id on connector '"
                  + connector
                  + "'",
              "take statement_id as the answer of query gave it; it is good for the agent that"
                  + " began the statement, as long as the gateway keeps its key"));
    }
    return id;
  }

  /** The operation by its exact name. */
  public static Operation operation(Binding binding, String name) throws Refused {
    Operation operation = binding.service().operation(name).orElse(null);
    if (operation == null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.NOT_FOUND,
              "unknown-operation",
              binding.service().id() + " has no operation '" + name + "'",
              binding
                  .service()
                  .nearest(name)
                  .map(near -> "did you mean " + near + "?")
                  .orElse("GET /v1/connectors/" + binding.connector().name() + " lists them")));
    }
    String why = WireCodec.refusal(binding.model(operation));
    if (why != null) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.NOT_FOUND,
              "operation-not-at-this-door",
              operation.id() + " cannot be called with JSON: " + why,
              "call it with an SDK or the AWS CLI at the SDK door"));
    }
    return operation;
  }

  /** Reads the body, which is a JSON object, or empty for one without members. */
  public ObjectNode input(byte[] body) throws Refused {
    if (body.length > bodyBytes) {
      throw tooLarge();
    }
    if (body.length == 0) {
      return json.createObjectNode();
    }
    try (JsonParser parser = json.createParser(body)) {
      JsonNode node = json.readTree(parser);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw badJson("the body is not a JSON object");
    } catch (StreamConstraintsException e) {
      throw badJson("the body is nested too deep, or too large: " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr()
                  + ")";
      throw badJson("the body is not JSON: " + e.getOriginalMessage() + where);
    } catch (IOException e) {
      throw badJson("the body is not JSON: " + e);
    }
  }

  /** What an agent is told whose body is larger than the limit. */
  public Refused tooLarge() {
    return new Refused(
        new Refusal(
            Refusal.Kind.TOO_LARGE,
            "body-too-large",
            "the body is larger than " + bodyBytes + " bytes",
            "send less, or raise limits.tool-body"));
  }

  private static Refused badJson(String detail) {
    return new Refused(
        new Refusal(
            Refusal.Kind.MALFORMED,
            "malformed-json",
            detail,
            "send the operation's input as one JSON object in UTF-8"));
  }

  /** A call that is one request, and the bytes of its body, which nobody changes. */
  public static final class Direct {
    private final Outgoing outgoing;
    private final OperationModel model;
    private final Delivery delivery;
    private final byte[] body;

    Direct(Outgoing outgoing, OperationModel model, Delivery delivery, byte[] body) {
      this.outgoing = outgoing;
      this.model = model;
      this.delivery = delivery;
      this.body = body;
    }

    public Outgoing outgoing() {
      return outgoing;
    }

    /** The wire form of the operation. */
    public OperationModel model() {
      return model;
    }

    public Delivery delivery() {
      return delivery;
    }

    public byte[] body() {
      return body;
    }
  }

  /**
   * The input with the connector's parameters in it, checked against the model: what policy decides
   * on, and what goes to AWS.
   */
  public static ObjectNode merged(Binding binding, Operation operation, ObjectNode input)
      throws Refused {
    try {
      return InputMerge.merge(operation, binding.model(operation), binding.connector(), input);
    } catch (BadInputException e) {
      throw new Refused(badInput(binding, e));
    }
  }

  /**
   * How the answer is given.
   *
   * @param accept the header of that name; null for none
   */
  public static Delivery delivery(
      Binding binding, Operation operation, @Nullable String accept, CallOptions options)
      throws Refused {
    Delivery delivery = Delivery.of(accept, binding.model(operation));
    if (!(delivery instanceof Delivery.Whole) && !options.equals(CallOptions.NONE)) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "bad-parameter",
              "an answer that streams is given as it comes, and takes no parameters",
              "leave the parameters out, or ask with Accept: application/json"));
    }
    return delivery;
  }

  /**
   * Writes the request of an operation.
   *
   * @param slot of the credentials that it is signed with
   * @param merged as {@link #merged} gives it
   */
  public static Direct direct(
      Binding binding, Slot slot, Operation operation, ObjectNode merged, Delivery delivery)
      throws Refused {
    try {
      return encode(binding, slot, operation, merged, delivery);
    } catch (BadInputException e) {
      throw new Refused(badInput(binding, e));
    }
  }

  /** What an agent is told whose input is wrong. */
  public static Refusal badInput(Binding binding, BadInputException e) {
    return new Refusal(
        Refusal.Kind.MALFORMED,
        "bad-input",
        String.valueOf(e.getMessage()),
        "GET /v1/connectors/" + binding.connector().name() + " has the input's schema");
  }

  /**
   * Writes the request of an operation whose input is whole.
   *
   * @throws Refused where AWS has no endpoint for it
   */
  public static Direct encode(
      Binding binding, Slot slot, Operation operation, ObjectNode input, Delivery delivery)
      throws BadInputException, Refused {
    OperationModel model = binding.model(operation);
    WireRequest wire =
        WireCodec.encode(
            binding.service().metadata(), model, operation.id(), input, IdempotencyTokens::next);
    Destination destination =
        binding.destinations().of(operation, input, wire.hostPrefix(), slot.role());
    Head head =
        new Head(
            wire.method(),
            destination.wirePath(model.requestUri(), wire.path()),
            wire.query(),
            wire.headers().size() + 3);
    head.add("Host", destination.host());
    Map<String, String> fixed = destination.headers();
    wire.headers()
        .forEach(
            (name, value) -> {
              if (!fixed.containsKey(name)) {
                head.add(name, value);
              }
            });
    fixed.forEach(head::add);
    byte[] body = wire.body();
    return new Direct(
        new Outgoing(
            binding,
            destination,
            slot,
            operation,
            head,
            PayloadHash.ofBody(body),
            hasNoBody(wire) ? Outgoing.NO_BODY : body.length),
        model,
        delivery,
        body);
  }

  /** RFC 9110, section 8.6: these methods say nothing of the length of a body that is not there. */
  private static boolean hasNoBody(WireRequest wire) {
    return wire.body().length == 0
        && switch (wire.method()) {
          case "GET", "HEAD", "DELETE" -> true;
          default -> false;
        };
  }
}
