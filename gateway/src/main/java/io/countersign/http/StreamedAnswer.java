package io.countersign.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.door.Problem;
import io.countersign.door.Refusal;
import io.countersign.observe.CallRecord;
import io.countersign.observe.Outcome;
import io.countersign.protocol.AwsError;
import io.countersign.protocol.EventReader;
import io.countersign.protocol.EventText;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import io.countersign.signer.SignedHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer at the tool door that goes to the agent as AWS produces it: octets as they are, or
 * events as text. An error of AWS is read whole instead, and becomes a problem. An error within a
 * stream of events becomes an event named {@code error} that holds the problem, and ends it.
 */
final class StreamedAnswer implements SignedCall.Answer {
  private final Reply reply;
  private final Reply.PassThrough out;
  private final CallRecord record;
  private final ToolCall.Collected whole;
  private final @Nullable EventText form;
  private final @Nullable EventReader events;
  private @Nullable SignedCall call;
  private boolean failed;
  private boolean ended;

  /**
   * Octets as they are.
   *
   * @param whole takes an answer that is an error
   */
  static StreamedAnswer ofOctets(Reply reply, CallRecord record, ToolCall.Collected whole) {
    return new StreamedAnswer(reply, record, whole, null, null, null);
  }

  /** Events in that form. */
  static StreamedAnswer ofEvents(
      Reply reply,
      CallRecord record,
      ToolCall.Collected whole,
      EventText form,
      ServiceMetadata service,
      OperationModel operation) {
    return new StreamedAnswer(reply, record, whole, form, service, operation);
  }

  private StreamedAnswer(
      Reply reply,
      CallRecord record,
      ToolCall.Collected whole,
      @Nullable EventText form,
      @Nullable ServiceMetadata service,
      @Nullable OperationModel operation) {
    this.reply = reply;
    this.record = record;
    this.whole = whole;
    this.out = reply.passThrough();
    this.form = form;
    this.events =
        service == null || operation == null
            ? null
            : new EventReader(service, operation, new Events());
  }

  void of(SignedCall made) {
    call = made;
    out.of(made, signed -> {}, () -> {});
  }

  @Override
  public void sending(SignedHeaders signed) {}

  @Override
  public void writable() {}

  @Override
  public void head(HttpResponse response) {
    if (response.status().code() >= 300) {
      failed = true;
      whole.head(response);
    } else if (form == null) {
      out.head(response);
    } else {
      HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      head.headers().set(HttpHeaderNames.CONTENT_TYPE, form.mediaType());
      head.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
      String awsId = response.headers().get("x-amzn-requestid");
      if (awsId != null) {
        head.headers().set("x-amzn-requestid", awsId);
      }
      out.head(head);
    }
  }

  @Override
  public void content(HttpContent content) {
    EventReader reader = events;
    if (failed) {
      whole.content(content);
    } else if (reader == null) {
      out.content(content);
    } else {
      try {
        read(reader, content);
      } finally {
        content.release();
      }
    }
  }

  private void read(EventReader reader, HttpContent content) {
    if (ended) {
      return;
    }
    try {
      for (ByteBuffer piece : content.content().nioBuffers()) {
        reader.feed(piece);
      }
      if (ended) {
        giveUp();
      } else if (content instanceof LastHttpContent) {
        reader.finish();
        end();
      }
    } catch (GarbledAnswerException e) {
      if (!ended) {
        record.outcome = Outcome.UPSTREAM_ERROR;
        record.errorCode = "upstream-garbage";
        Refusal refusal =
            new Refusal(
                Refusal.Kind.UPSTREAM,
                "upstream-garbage",
                String.valueOf(e.getMessage()),
                "what came before it is right; call again for the rest");
        write("error", problem(Problem.of(refusal, record.requestId)));
        end();
      }
      giveUp();
    }
  }

  /** What AWS goes on to send after an error, nobody reads. */
  private void giveUp() {
    if (call != null) {
      call.abort();
    }
  }

  private void end() {
    ended = true;
    out.content(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void write(String name, JsonNode value) {
    EventText written = form;
    if (written != null && !ended) {
      ByteBuf text = Unpooled.wrappedBuffer(written.write(name, value));
      out.content(new DefaultHttpContent(text));
    }
  }

  private static JsonNode problem(byte[] json) {
    try {
      return Json.mapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(
          "a problem of the gateway's own is no JSON: " + new String(json, StandardCharsets.UTF_8),
          e);
    }
  }

  private final class Events implements EventReader.Sink {
    @Override
    public void event(String name, JsonNode value) {
      write(name, value);
    }

    @Override
    public void error(AwsError error) {
      if (ended) {
        return;
      }
      record.outcome = Outcome.UPSTREAM_ERROR;
      record.errorCode = error.code();
      write(
          "error",
          problem(
              Problem.ofAws(
                  error.status(),
                  error.code(),
                  error.message(),
                  error.retryable(),
                  error.throttled() ? "wait, and call less often" : null,
                  record.awsRequestId,
                  record.requestId)));
      end();
    }
  }

  @Override
  public void failed(Refusal refusal, Outcome outcome) {
    if (failed) {
      whole.failed(refusal, outcome);
    } else if (!ended) {
      ended = true;
      reply.refuse(refusal, outcome);
    }
  }
}
