package io.countersign.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.ShapeRef.Trait;
import io.countersign.signer.EventDecoder;
import io.countersign.signer.EventHeader;
import io.countersign.signer.EventMessage;
import io.countersign.signer.MalformedRequestException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of an answer of type {@code application/vnd.amazon.eventstream} as its octets
 * flow, in pieces cut anywhere.
 *
 * <p>Not thread-safe: one stream, one thread at a time.
 */
public final class EventReader {
  /** The name of what an RPC protocol answers beside its events, and of what a head holds. */
  public static final String INITIAL_RESPONSE = "initial-response";

  /** The most octets of one event that AWS sends: 16 MiB, and its frame. */
  private static final int MOST_EVENT_BYTES = (16 << 20) + (128 << 10) + 16;

  /** Where the events go. */
  public interface Sink {
    /**
     * The next event.
     *
     * @param name of the event in the model, or {@link #INITIAL_RESPONSE}
     */
    void event(String name, JsonNode value);

    /** AWS has ended the stream by an error; what follows is no event. */
    void error(AwsError error);
  }

  private final ServiceMetadata service;
  private final ShapeRef output;
  private final ShapeRef events;
  private final Sink sink;
  private final EventDecoder decoder = new EventDecoder(MOST_EVENT_BYTES);
  private @Nullable GarbledAnswerException failure;

  /**
   * A reader of the answer of an operation.
   *
   * @throws IllegalArgumentException if the operation does not answer with events
   */
  public EventReader(ServiceMetadata service, OperationModel operation, Sink sink) {
    ShapeRef stream = WireCodec.eventStream(operation);
    if (stream == null) {
      throw new IllegalArgumentException(operation.name() + " does not answer with events");
    }
    this.service = service;
    this.output = Objects.requireNonNull(operation.output());
    this.events = stream;
    this.sink = sink;
  }

  /**
   * Takes the next piece of the body, up to its limit, and gives out the events that it completes.
   *
   * @throws GarbledAnswerException if the stream, or an event in it, is not what the model says
   */
  public void feed(ByteBuffer piece) throws GarbledAnswerException {
    try {
      decoder.feed(piece, this::message);
    } catch (MalformedRequestException e) {
      throw failed(e);
    }
  }

  /**
   * To be called when the body has ended.
   *
   * @throws GarbledAnswerException if it ends within an event
   */
  public void finish() throws GarbledAnswerException {
    try {
      decoder.finish();
    } catch (MalformedRequestException e) {
      throw failed(e);
    }
  }

  private GarbledAnswerException failed(MalformedRequestException e) {
    return failure != null ? failure : new GarbledAnswerException("the answer's " + e.getMessage());
  }

  private void message(EventMessage message) throws MalformedRequestException {
    try {
      switch (text(message, ":message-type")) {
        case "event" -> event(message, text(message, ":event-type"));
        case "exception" -> exception(message, text(message, ":exception-type"));
        case "error" ->
            sink.error(
                AwsErrors.of(
                    or(text(message, ":error-code"), "UnknownError"),
                    text(message, ":error-message"),
                    null,
                    500));
        default -> throw new GarbledAnswerException("the answer has an event of no known type");
      }
    } catch (GarbledAnswerException e) {
      // The decoder knows one kind of exception only; this one is told in its stead.
      failure = e;
      throw new MalformedRequestException(String.valueOf(e.getMessage()));
    }
  }

  private void event(EventMessage message, String type) throws GarbledAnswerException {
    byte[] payload = payload(message);
    if (type.equals(INITIAL_RESPONSE)) {
      ObjectNode value = Json.nodes().objectNode();
      body(output, payload, value);
      sink.event(INITIAL_RESPONSE, value);
      return;
    }
    ShapeRef member = member(type);
    // Of an event that the model does not know, its name is told.
    sink.event(
        member == null ? type : member.name(),
        member == null ? Json.nodes().nullNode() : value(member, message, payload));
  }

  private @Nullable ShapeRef member(String wireName) {
    for (ShapeRef member : events.target().members()) {
      if (member.wireName().equals(wireName)) {
        return member;
      }
    }
    return null;
  }

  private JsonNode value(ShapeRef ref, EventMessage message, byte[] payload)
      throws GarbledAnswerException {
    ObjectNode out = Json.nodes().objectNode();
    ShapeRef explicit = null;
    for (ShapeRef member : ref.target().members()) {
      if (member.has(Trait.EVENT_PAYLOAD)) {
        explicit = member;
      } else if (member.has(Trait.EVENT_HEADER)) {
        EventHeader header = message.header(member.wireName());
        if (header != null) {
          out.set(member.name(), header(header));
        }
      }
    }
    if (explicit == null) {
      body(ref, payload, out);
      return out;
    }
    switch (explicit.target().kind()) {
      case BLOB -> out.put(explicit.name(), Base64.getEncoder().encodeToString(payload));
      case STRING -> out.put(explicit.name(), Scalars.utf8(payload));
      case STRUCTURE,
          LIST,
          MAP,
          TIMESTAMP,
          BOOLEAN,
          BYTE,
          SHORT,
          INTEGER,
          LONG,
          BIG_INTEGER,
          FLOAT,
          DOUBLE,
          BIG_DECIMAL,
          DOCUMENT -> {
        ObjectNode inner = Json.nodes().objectNode();
        body(explicit, payload, inner);
        out.set(explicit.name(), inner);
      }
    }
    return out;
  }

  /** A structure that is the whole payload, in the service's protocol. */
  private void body(ShapeRef ref, byte[] payload, ObjectNode out) throws GarbledAnswerException {
    if (payload.length == 0 || ref.target().kind() != Shape.Kind.STRUCTURE) {
      return;
    }
    switch (service.protocol()) {
      case JSON, REST_JSON -> {
        if (JsonBody.read(ref, payload) instanceof ObjectNode object) {
          out.setAll(object);
        }
      }
      case REST_XML, QUERY, EC2 -> XmlAnswer.read(payload, null, false, ref, out);
      case RPC_V2_CBOR -> out.setAll(CborBody.read(ref, payload));
    }
  }

  private static JsonNode header(EventHeader header) {
    ByteBuffer value = ByteBuffer.wrap(header.value());
    return switch (header.type()) {
      case TRUE -> Json.nodes().booleanNode(true);
      case FALSE -> Json.nodes().booleanNode(false);
      case BYTE -> Json.nodes().numberNode((int) value.get());
      case SHORT -> Json.nodes().numberNode((int) value.getShort());
      case INTEGER -> Json.nodes().numberNode(value.getInt());
      case LONG -> Json.nodes().numberNode(value.getLong());
      case STRING -> Json.nodes().textNode(Scalars.utf8(value.array()));
      case TIMESTAMP -> Json.nodes().textNode(String.valueOf(header.timestamp()));
      case BYTES, UUID -> Json.nodes().textNode(Base64.getEncoder().encodeToString(value.array()));
    };
  }

  /** An error that the model names is told with its members' message. */
  private void exception(EventMessage message, String type) throws GarbledAnswerException {
    ObjectNode members = Json.nodes().objectNode();
    ShapeRef member = member(type);
    if (member != null) {
      body(member, payload(message), members);
    }
    String words = or(Json.text(members, "message"), Json.text(members, "Message"));
    String code = member == null ? type : member.target().name();
    int status = member == null ? 0 : member.target().httpStatus();
    sink.error(AwsErrors.of(or(code, "UnknownError"), words, null, status == 0 ? 500 : status));
  }

  private static byte[] payload(EventMessage message) {
    ByteBuffer payload = message.payload();
    byte[] octets = new byte[payload.remaining()];
    payload.get(octets);
    return octets;
  }

  private static String text(EventMessage message, String name) {
    EventHeader header = message.header(name);
    String text = header == null ? null : header.string();
    return text == null ? "" : text;
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
