package io.countersign.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Paginator;
import io.countersign.config.Limits;
import io.countersign.connector.PageCursor;
import io.countersign.connector.Pages;
import io.countersign.identity.PageTokens;
import io.countersign.protocol.BadInputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A call that follows its operation's pages: where it begins, what it may take, and what an agent
 * gets to go on with.
 */
public final class PagedCall {
  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  /** What stands around the items of an answer, roughly. */
  private static final long AROUND = 512;

  private final Pages pages;
  private final PageCursor from;
  private final Pages.Budget budget;
  private final PageTokens tokens;
  private final PageTokens.Call call;

  private PagedCall(
      Pages pages, PageCursor from, Pages.Budget budget, PageTokens tokens, PageTokens.Call call) {
    this.pages = pages;
    this.from = from;
    this.budget = budget;
    this.tokens = tokens;
    this.call = call;
  }

  /**
   * Reads the call. It may read the packed catalog, and blocks.
   *
   * @param merged the input, with the connector's parameters in it
   * @throws Refused if the operation has no pages, or {@code next} is of another call
   */
  public static PagedCall of(
      String agent,
      Binding binding,
      Operation operation,
      ObjectNode merged,
      CallOptions options,
      Routing routing)
      throws Refused {
    Paginator paginator = binding.service().paginator(operation.name()).orElse(null);
    if (paginator == null || paginator.resultKeys().isEmpty()) {
      throw new Refused(
          new Refusal(
              Refusal.Kind.MALFORMED,
              "no-pages",
              operation.id() + " has no pages that the gateway could follow",
              "leave out pages, max_items and next; max_bytes and select keep an answer small"));
    }
    PageTokens tokens = routing.virtualKeys().pages();
    PageTokens.Call call =
        new PageTokens.Call(agent, binding.connector().name(), operation.name(), digest(merged));
    return new PagedCall(
        new Pages(paginator, operation.idempotent()),
        from(tokens, call, options.next()),
        budget(options, routing.config().limits()),
        tokens,
        call);
  }

  private static Pages.Budget budget(CallOptions options, Limits limits) {
    boolean whole = options.select() == null && options.maxBytes() > 0;
    long bytes =
        whole ? Math.min(limits.pagesBytes(), options.maxBytes() - AROUND) : limits.pagesBytes();
    return new Pages.Budget(
        options.pages(),
        options.maxItems() == 0 ? Long.MAX_VALUE : options.maxItems(),
        bytes,
        limits.pagesTime());
  }

  private static PageCursor from(PageTokens tokens, PageTokens.Call call, @Nullable String next)
      throws Refused {
    if (next == null) {
      return PageCursor.START;
    }
    try {
      byte[] place = tokens.open(call, next).orElse(null);
      if (place != null) {
        return PageCursor.read(place);
      }
    } catch (BadInputException e) {
      throw badNext();
    }
    throw badNext();
  }

  private static Refused badNext() {
    return new Refused(
        new Refusal(
            Refusal.Kind.MALFORMED,
            "bad-next",
            "next was not given for this call",
            "send it with the operation and the input that it was given for, as the same agent; it"
                + " is good as long as the gateway keeps its key"));
  }

  private static String digest(ObjectNode input) {
    try {
      byte[] text = SORTED.writeValueAsString(input).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON object cannot be written", e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  public Pages pages() {
    return pages;
  }

  /** Where the call begins. */
  public PageCursor from() {
    return from;
  }

  public Pages.Budget budget() {
    return budget;
  }

  /** What the agent sends as {@code next} to go on there. */
  public String seal(PageCursor place) {
    return tokens.seal(call, place.write());
  }
}
