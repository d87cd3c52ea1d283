package io.countersign.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.answer.BadExpressionException;
import io.countersign.answer.JmesPath;
import io.countersign.answer.Sizes;
import io.countersign.catalog.Paginator;
import io.countersign.connector.OperationCaller.Called;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an operation page by page, as its paginator says, and joins the pages. It stops before a
 * budget is passed and says where to go on; an item is never lost: a place may be within a page.
 *
 * <p>What is joined is what the paginator names: its result keys, over all pages, and its
 * non-aggregate keys, of the first page. Other members tell of one page only and are left out. A
 * number among the result keys (DynamoDB's {@code Count}) counts for a page once, with its first
 * items.
 *
 * <p>It blocks, and belongs on a virtual thread; an interrupt ends it. Immutable and thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/boto3/latest/guide/paginators.html">Paginators</a>
 */
public final class Pages {
  /**
   * What one run may take.
   *
   * @param pages at least 1
   * @param items at least 1; those of the first result key
   * @param bytes of JSON, roughly; the first item is answered whatever its size
   * @param time nothing is asked for after it, nor what would probably come after it
   */
  public record Budget(int pages, long items, long bytes, Duration time) {}

  /** Why a run stopped. */
  public enum Stop {
    /** There are no more pages. */
    END("end"),
    PAGES("pages"),
    MAX_ITEMS("max_items"),
    BYTES("bytes"),
    TIME("time"),
    ERROR("error");

    private final String word;

    Stop(String word) {
      this.word = word;
    }

    /** As it stands in an answer. */
    public String word() {
      return word;
    }
  }

  /**
   * What was read.
   *
   * @param output the pages joined
   * @param calls how many pages were read
   * @param next where to go on; null at the end
   * @param failed the call that ended the run; null where none did
   */
  public record Joined(
      ObjectNode output,
      int calls,
      Stop stop,
      @Nullable PageCursor next,
      Called.@Nullable Failed failed) {}

  private final Paginator paginator;
  private final boolean repeatable;
  private final List<JmesPath> outputTokens;
  private final List<JmesPath> resultKeys;
  private final List<JmesPath> otherKeys;
  private final @Nullable JmesPath moreResults;

  /**
   * The pages of an operation.
   *
   * @param repeatable whether the operation may be carried out twice, where AWS is busy
   * @throws IllegalArgumentException if an expression of the paginator is none
   */
  public Pages(Paginator paginator, boolean repeatable) {
    this.paginator = paginator;
    this.repeatable = repeatable;
    this.outputTokens = paginator.outputTokens().stream().map(JmesPath::ofModel).toList();
    this.resultKeys = paginator.resultKeys().stream().map(JmesPath::ofModel).toList();
    this.otherKeys = paginator.nonAggregateKeys().stream().map(JmesPath::ofModel).toList();
    this.moreResults =
        paginator.moreResults() == null ? null : JmesPath.ofModel(paginator.moreResults());
  }

  /**
   * Reads pages.
   *
   * @param input of the operation, whole but for the tokens
   * @throws GarbledAnswerException if AWS names the same page as the next one
   * @throws InterruptedException if the thread was interrupted
   */
  public Joined read(
      ObjectNode input, PageCursor from, Budget budget, OperationCaller caller, Pace pace)
      throws GarbledAnswerException, InterruptedException {
    long deadline = pace.nanoTime() + budget.time().toNanos();
    Patience patience = new Patience(caller, pace, repeatable);
    Run run = new Run(budget);
    PageCursor at = from;
    int calls = 0;
    long slowest = 0;
    while (true) {
      long began = pace.nanoTime();
      Called called = patience.call(with(input, at.tokens()), deadline);
      if (called instanceof Called.Failed failed) {
        return new Joined(run.joined, calls, Stop.ERROR, at, failed);
      }
      slowest = Math.max(slowest, pace.nanoTime() - began);
      JsonNode page = ((Called.Done) called).output();
      calls++;
      Map<String, JsonNode> tokens = next(page);
      int place = run.take(page, at.skip());
      if (place >= 0) {
        return new Joined(run.joined, calls, run.full, new PageCursor(at.tokens(), place), null);
      }
      if (tokens.isEmpty()) {
        return new Joined(run.joined, calls, Stop.END, null, null);
      }
      if (tokens.equals(sent(input, at.tokens()))) {
        throw new GarbledAnswerException(
            "the answer of " + paginator.operation() + " names itself as the next page");
      }
      at = new PageCursor(tokens, 0);
      Stop stop = run.stop(calls);
      if (stop == null && pace.nanoTime() + slowest > deadline) {
        stop = Stop.TIME;
      }
      if (stop != null) {
        return new Joined(run.joined, calls, stop, at, null);
      }
    }
  }

  private ObjectNode with(ObjectNode input, Map<String, JsonNode> tokens) {
    ObjectNode whole = Json.nodes().objectNode();
    whole.setAll(input);
    if (!tokens.isEmpty()) {
      for (String name : paginator.inputTokens()) {
        JsonNode token = tokens.get(name);
        whole.remove(name);
        if (token != null) {
          whole.set(name, token);
        }
      }
    }
    return whole;
  }

  private Map<String, JsonNode> sent(ObjectNode input, Map<String, JsonNode> tokens) {
    Map<String, JsonNode> sent = new HashMap<>();
    ObjectNode whole = with(input, tokens);
    for (String name : paginator.inputTokens()) {
      JsonNode token = whole.get(name);
      if (token != null) {
        sent.put(name, token);
      }
    }
    return sent;
  }

  /** The tokens of the next page; none where this was the last. */
  private Map<String, JsonNode> next(JsonNode page) {
    if (moreResults != null && !isTrue(find(moreResults, page))) {
      return Map.of();
    }
    Map<String, JsonNode> tokens = new HashMap<>();
    for (int i = 0; i < outputTokens.size(); i++) {
      JsonNode token = find(outputTokens.get(i), page);
      if (isTrue(token)) {
        tokens.put(paginator.inputTokens().get(i), token);
      }
    }
    return tokens;
  }

  /** Empty strings and zeros name no page. */
  private static boolean isTrue(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case BOOLEAN -> value.booleanValue();
      case STRING -> !value.textValue().isEmpty();
      case NUMBER -> value.decimalValue().signum() != 0;
      default -> !value.isEmpty();
    };
  }

  /** Functions of a model's expression that do not fit a page find nothing in it. */
  private static JsonNode find(JmesPath path, JsonNode page) {
    try {
      return path.search(page);
    } catch (BadExpressionException e) {
      return Json.nodes().nullNode();
    }
  }

  /** What was read so far. */
  private final class Run {
    private final Budget budget;
    private final ObjectNode joined = Json.nodes().objectNode();
    private long items;
    private long bytes;
    private Stop full = Stop.BYTES;
    private boolean begun;

    Run(Budget budget) {
      this.budget = budget;
    }

    @Nullable Stop stop(int calls) {
      return items >= budget.items()
          ? Stop.MAX_ITEMS
          : calls >= budget.pages() ? Stop.PAGES : bytes >= budget.bytes() ? Stop.BYTES : null;
    }

    /**
     * Adds a page, from an item on.
     *
     * @return the item to go on with; -1 where the page was taken to its end
     */
    int take(JsonNode page, int skip) {
      JsonNode primary = find(resultKeys.getFirst(), page);
      boolean fresh = skip == 0;
      long beside = fresh ? besides(page) : 0;
      if (begun && bytes + beside > budget.bytes()) {
        full = Stop.BYTES;
        return skip;
      }
      int end = primary.isArray() ? fits(primary, skip, beside) : wholeFits(primary, beside);
      boolean nothing = primary.isArray() ? end == skip && skip < primary.size() : end == 0;
      if (nothing && begun) {
        return skip;
      }
      if (!begun) {
        add(otherKeys, paginator.nonAggregateKeys(), page);
      }
      begun = true;
      bytes += beside;
      if (primary.isArray()) {
        ArrayNode part = Json.nodes().arrayNode();
        for (int i = skip; i < end; i++) {
          part.add(primary.get(i));
          bytes += Sizes.of(primary.get(i)) + 1;
        }
        items += part.size();
        join(paginator.resultKeys().getFirst(), part);
      } else if (!primary.isNull()) {
        items++;
        bytes += Sizes.of(primary);
        join(paginator.resultKeys().getFirst(), primary);
      }
      if (fresh) {
        add(
            resultKeys.subList(1, resultKeys.size()),
            paginator.resultKeys().subList(1, resultKeys.size()),
            page);
      }
      return primary.isArray() && end < primary.size() ? end : -1;
    }

    /** The bytes of what stands on the page beside its items. */
    private long besides(JsonNode page) {
      long size = 0;
      for (JmesPath key : resultKeys.subList(1, resultKeys.size())) {
        size += Sizes.of(find(key, page));
      }
      return size;
    }

    /** The item before which the budget ends; at least one is taken if there was none before. */
    private int fits(JsonNode list, int skip, long beside) {
      long size = bytes + beside;
      for (int i = skip; i < list.size(); i++) {
        size += Sizes.of(list.get(i)) + 1;
        if (items + i - skip >= budget.items()) {
          full = Stop.MAX_ITEMS;
          return i;
        }
        if (size > budget.bytes() && items + i - skip > 0) {
          full = Stop.BYTES;
          return i;
        }
      }
      return list.size();
    }

    private int wholeFits(JsonNode value, long beside) {
      full = Stop.BYTES;
      return bytes + beside + Sizes.of(value) > budget.bytes() ? 0 : 1;
    }

    private void add(List<JmesPath> keys, List<String> names, JsonNode page) {
      for (int i = 0; i < keys.size(); i++) {
        JsonNode found = find(keys.get(i), page);
        if (!found.isNull()) {
          join(names.get(i), found);
        }
      }
    }

    private void join(String name, JsonNode more) {
      ObjectNode holder = joined;
      String[] path = name.split("\\.", -1);
      for (int i = 0; i < path.length - 1; i++) {
        holder = holder.withObjectProperty(path[i]);
      }
      String last = path[path.length - 1];
      JsonNode before = holder.get(last);
      holder.set(last, before == null ? more : joined(before, more));
    }

    private JsonNode joined(JsonNode before, JsonNode more) {
      if (before instanceof ArrayNode list && more.isArray()) {
        more.forEach(list::add);
        return list;
      }
      if (before instanceof ObjectNode map && more.isObject()) {
        more.properties()
            .forEach(
                entry -> {
                  JsonNode known = map.get(entry.getKey());
                  map.set(
                      entry.getKey(),
                      known != null && known.isArray()
                          ? joined(known, entry.getValue())
                          : entry.getValue());
                });
        return map;
      }
      if (before.isNumber() && more.isNumber()) {
        return before.isIntegralNumber() && more.isIntegralNumber()
            ? Json.nodes().numberNode(Math.addExact(before.longValue(), more.longValue()))
            : Json.nodes().numberNode(before.decimalValue().add(more.decimalValue()));
      }
      return before.isTextual() && more.isTextual()
          ? Json.nodes().textNode(before.textValue() + more.textValue())
          : more;
    }
  }
}
