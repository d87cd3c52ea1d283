package io.countersign.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Paginator;
import io.countersign.catalog.Service;
import io.countersign.connector.OperationCaller.Called;
import io.countersign.protocol.BadInputException;
import io.countersign.protocol.GarbledAnswerException;
import io.countersign.protocol.Json;
import io.countersign.protocol.Samples;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pages are joined as the model says, within a budget, and no item is lost between two answers. */
class PagesTest {
  private static final Catalog CATALOG = Catalog.load();

  private final ManualPace pace = new ManualPace();
  private final List<String> inputs = new ArrayList<>();
  private final Deque<Called> script = new ArrayDeque<>();

  private static Paginator paginator(String service, String operation) {
    return CATALOG.service(service).orElseThrow().paginator(operation).orElseThrow();
  }

  private static Paginator paginator(
      List<String> in, List<String> out, List<String> keys, @Nullable String more) {
    return new Paginator("List", in, out, null, keys, more, List.of());
  }

  private PagesTest page(String json) {
    script.add(new Called.Done(200, Samples.json(json)));
    return this;
  }

  private PagesTest failure(String code, boolean throttled) {
    script.add(
        new Called.Failed(400, code, throttled, Json.nodes().objectNode().put("code", code)));
    return this;
  }

  private Called call(ObjectNode input) {
    inputs.add(input.toString().replace('"', '\''));
    Called called = script.poll();
    if (called == null) {
      throw new AssertionError("the script has no answer for " + inputs);
    }
    return called;
  }

  private static Pages.Budget budget(int pages, long items, long bytes) {
    return new Pages.Budget(pages, items, bytes, Duration.ofSeconds(30));
  }

  private static final Pages.Budget ALL = budget(Integer.MAX_VALUE, Long.MAX_VALUE, 1 << 20);

  private Pages.Joined read(Paginator paginator, String input, PageCursor from, Pages.Budget budget)
      throws Exception {
    return new Pages(paginator, true).read(Samples.json(input), from, budget, this::call, pace);
  }

  private static String text(JsonNode node) {
    return node.toString().replace('"', '\'');
  }

  @Test
  void joinsTheListsAndAddsTheNumbersOfAllPages() throws Exception {
    page("{'Items':[1,2],'Count':2,'ScannedCount':5,'LastEvaluatedKey':{'id':{'S':'b'}}}");
    page("{'Items':[],'Count':0,'ScannedCount':5,'LastEvaluatedKey':{'id':{'S':'c'}}}");
    page("{'Items':[3],'Count':1,'ScannedCount':1}");

    Pages.Joined joined =
        read(paginator("dynamodb", "Scan"), "{'TableName':'t'}", PageCursor.START, ALL);

    assertThat(text(joined.output())).isEqualTo("{'Items':[1,2,3],'Count':3,'ScannedCount':11}");
    assertThat(joined.stop()).isEqualTo(Pages.Stop.END);
    assertThat(joined.next()).isNull();
    assertThat(joined.calls()).isEqualTo(3);
    assertThat(inputs)
        .containsExactly(
            "{'TableName':'t'}",
            "{'TableName':'t','ExclusiveStartKey':{'id':{'S':'b'}}}",
            "{'TableName':'t','ExclusiveStartKey':{'id':{'S':'c'}}}");
  }

  @Test
  void goesOnByTheLastKeyWhereThereIsNoMarker() throws Exception {
    page("{'Contents':[{'Key':'a'},{'Key':'b'}],'IsTruncated':true}");
    page("{'Contents':[{'Key':'c'}],'IsTruncated':false,'NextMarker':'never'}");

    Pages.Joined joined =
        read(paginator("s3", "ListObjects"), "{'Bucket':'b'}", PageCursor.START, ALL);

    assertThat(text(joined.output()))
        .isEqualTo("{'Contents':[{'Key':'a'},{'Key':'b'},{'Key':'c'}]}");
    assertThat(inputs.getLast()).isEqualTo("{'Bucket':'b','Marker':'b'}");
  }

  @Test
  void sendsEveryTokenOfAPageAndNoneOfTheOneBefore() throws Exception {
    page("{'Rs':[1],'Name':'n','Type':'A','More':true}");
    page("{'Rs':[2],'Name':'o','More':true}");
    page("{'Rs':[3],'Name':'p','More':false}");
    Paginator two = paginator(List.of("N", "T"), List.of("Name", "Type"), List.of("Rs"), "More");

    Pages.Joined joined = read(two, "{}", PageCursor.START, ALL);

    assertThat(text(joined.output())).isEqualTo("{'Rs':[1,2,3]}");
    assertThat(inputs).containsExactly("{}", "{'N':'n','T':'A'}", "{'N':'o'}");
  }

  @Test
  void joinsDeepKeysTextsAndMapsAndKeepsWhatIsTheSameOnAllPages() throws Exception {
    Paginator deep =
        new Paginator(
            "List",
            List.of("T"),
            List.of("A.Next"),
            null,
            List.of("A.List", "Log", "Map"),
            null,
            List.of("A.Name"));
    page("{'A':{'Next':'2','List':[1],'Name':'n'},'Log':'one ','Map':{'x':[1],'y':'1'}}");
    page("{'A':{'List':[2],'Name':'m'},'Log':'two','Map':{'x':[2],'z':'2'}}");

    Pages.Joined joined = read(deep, "{}", PageCursor.START, ALL);

    assertThat(joined.output())
        .isEqualTo(
            Samples.json(
                "{'A':{'Name':'n','List':[1,2]},'Log':'one"
                    + " two','Map':{'x':[1,2],'y':'1','z':'2'}}"));
  }

  @Test
  void stopsWithinAPageAndGoesOnThere() throws Exception {
    String one = "{'Items':[1,2,3],'Count':3,'LastEvaluatedKey':{'id':{'S':'c'}}}";
    Paginator scan = paginator("dynamodb", "Scan");
    page(one);
    Pages.Joined first = read(scan, "{}", PageCursor.START, budget(9, 2, 1 << 20));

    assertThat(text(first.output())).isEqualTo("{'Items':[1,2],'Count':3}");
    assertThat(first.stop()).isEqualTo(Pages.Stop.MAX_ITEMS);
    assertThat(first.next()).isEqualTo(PageCursor.START.skip() == 0 ? cursor("{'s':2}") : null);

    page(one).page("{'Items':[4],'Count':1}");
    Pages.Joined second = read(scan, "{}", cursor("{'s':2}"), ALL);

    assertThat(text(second.output())).isEqualTo("{'Items':[3,4],'Count':1}");
    assertThat(second.next()).isNull();
  }

  private static PageCursor cursor(String json) throws BadInputException {
    return PageCursor.read(
        Samples.json(json).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void stopsAtTheEndOfAPageWithTheTokenOfTheNext() throws Exception {
    page("{'Items':[1,2],'LastEvaluatedKey':{'id':{'S':'b'}}}");

    Pages.Joined joined =
        read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, budget(9, 2, 1 << 20));

    assertThat(joined.next())
        .isEqualTo(cursor("{'s':0,'t':{'ExclusiveStartKey':{'id':{'S':'b'}}}}"));
  }

  @Test
  void stopsAfterAsManyPagesAsWereAskedFor() throws Exception {
    page("{'Items':[1],'LastEvaluatedKey':{'id':{'S':'a'}}}");
    page("{'Items':[2],'LastEvaluatedKey':{'id':{'S':'b'}}}");

    Pages.Joined joined =
        read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, budget(2, 99, 1 << 20));

    assertThat(joined.stop()).isEqualTo(Pages.Stop.PAGES);
    assertThat(text(joined.output())).isEqualTo("{'Items':[1,2]}");
  }

  @Test
  void stopsBeforeItsBytesAreSpentButAnswersOneItemWhateverItsSize() throws Exception {
    String large = "x".repeat(100);
    page("{'Items':['" + large + "','b'],'LastEvaluatedKey':{'id':{'S':'b'}}}");
    Paginator scan = paginator("dynamodb", "Scan");

    Pages.Joined first = read(scan, "{}", PageCursor.START, budget(9, 99, 50));

    assertThat(text(first.output())).isEqualTo("{'Items':['" + large + "']}");
    assertThat(first.stop()).isEqualTo(Pages.Stop.BYTES);
    assertThat(first.next()).isEqualTo(cursor("{'s':1}"));
  }

  @Test
  void takesNoPageWhoseOtherPartsHaveNoRoom() throws Exception {
    String prefixes = "'CommonPrefixes':['" + "p".repeat(60) + "']";
    page("{'Contents':[]," + prefixes + ",'NextContinuationToken':'1','IsTruncated':true}");
    page("{'Contents':[]," + prefixes + ",'NextContinuationToken':'2','IsTruncated':true}");

    Pages.Joined joined =
        read(
            paginator("s3", "ListObjectsV2"),
            "{'Bucket':'b'}",
            PageCursor.START,
            budget(9, 99, 100));

    assertThat(joined.output().path("CommonPrefixes")).hasSize(1);
    assertThat(joined.next()).isEqualTo(cursor("{'s':0,'t':{'ContinuationToken':'1'}}"));
  }

  @Test
  void asksForNoPageThatWouldComeTooLate() throws Exception {
    Pages.Budget short10 = new Pages.Budget(99, 99, 1 << 20, Duration.ofSeconds(10));
    page("{'Items':[1],'LastEvaluatedKey':{'id':{'S':'a'}}}");
    page("{'Items':[2],'LastEvaluatedKey':{'id':{'S':'b'}}}");
    OperationCaller slow =
        input -> {
          pace.sleep(Duration.ofSeconds(4));
          return call(input);
        };

    Pages.Joined joined =
        new Pages(paginator("dynamodb", "Scan"), true)
            .read(Json.nodes().objectNode(), PageCursor.START, short10, slow, pace);

    assertThat(joined.stop()).isEqualTo(Pages.Stop.TIME);
    assertThat(joined.calls()).isEqualTo(2);
    assertThat(joined.next()).isNotNull();
  }

  @Test
  void answersWhatItHasWhereALaterPageFails() throws Exception {
    page("{'Items':[1],'LastEvaluatedKey':{'id':{'S':'a'}}}").failure("AccessDenied", false);

    Pages.Joined joined = read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, ALL);

    assertThat(text(joined.output())).isEqualTo("{'Items':[1]}");
    assertThat(joined.stop()).isEqualTo(Pages.Stop.ERROR);
    assertThat(joined.failed()).isNotNull();
    assertThat(joined.next())
        .isEqualTo(cursor("{'s':0,'t':{'ExclusiveStartKey':{'id':{'S':'a'}}}}"));
  }

  @Test
  void callsAgainWhereAwsIsBusyAndThenGivesUp() throws Exception {
    failure("ThrottlingException", true).failure("ThrottlingException", true).page("{'Items':[1]}");

    assertThat(text(read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, ALL).output()))
        .isEqualTo("{'Items':[1]}");
    assertThat(pace.sleeps()).containsExactly(Duration.ofMillis(150), Duration.ofMillis(300));

    for (int i = 0; i < 5; i++) {
      failure("ThrottlingException", true);
    }
    assertThat(read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, ALL).calls()).isZero();
  }

  @Test
  void refusesAPageThatNamesItselfAsTheNext() {
    page("{'Items':[1],'LastEvaluatedKey':{'id':{'S':'a'}}}");
    page("{'Items':[2],'LastEvaluatedKey':{'id':{'S':'a'}}}");

    assertThatThrownBy(() -> read(paginator("dynamodb", "Scan"), "{}", PageCursor.START, ALL))
        .isInstanceOf(GarbledAnswerException.class)
        .hasMessageContaining("names itself as the next page");
  }

  /** Whatever the budget of each answer, all answers together are all items in their order. */
  @Test
  void losesNoItemHoweverItIsCut() throws Exception {
    Random random = new Random(20261124);
    Paginator scan = paginator("dynamodb", "Scan");
    for (int round = 0; round < 300; round++) {
      List<ObjectNode> pages = new ArrayList<>();
      List<String> all = new ArrayList<>();
      int count = 1 + random.nextInt(6);
      for (int p = 0; p < count; p++) {
        ObjectNode page = Json.nodes().objectNode();
        var items = page.putArray("Items");
        for (int n = random.nextInt(5); n > 0; n--) {
          String item = p + "-" + n + "x".repeat(random.nextInt(40));
          items.add(item);
          all.add(item);
        }
        if (p + 1 < count) {
          page.putObject("LastEvaluatedKey").putObject("p").put("N", String.valueOf(p + 1));
        }
        pages.add(page);
      }
      OperationCaller caller =
          input ->
              new Called.Done(
                  200, pages.get(input.at("/ExclusiveStartKey/p/N").asInt(0)).deepCopy());
      List<String> got = new ArrayList<>();
      PageCursor at = PageCursor.START;
      while (at != null) {
        Pages.Budget budget =
            budget(1 + random.nextInt(3), 1 + random.nextInt(5), 1 + random.nextInt(120));
        Pages.Joined joined =
            new Pages(scan, true).read(Json.nodes().objectNode(), at, budget, caller, pace);
        assertThat(joined.output().path("Items").size()).isLessThanOrEqualTo((int) budget.items());
        joined.output().path("Items").forEach(item -> got.add(item.textValue()));
        at = joined.next() == null ? null : PageCursor.read(joined.next().write());
      }
      assertThat(got).isEqualTo(all);
    }
  }

  @Test
  void readsAnyCursorOrThrowsOneTypeOfException() {
    Random random = new Random(7);
    byte[] good =
        "{\"s\":12,\"t\":{\"NextToken\":\"abc\"}}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
      for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(PageCursor.read(bytes).skip()).isNotNegative();
      } catch (BadInputException e) {
        assertThat(e.pointer()).isEqualTo("/next");
      }
    }
  }

  /** Every paginator of every service: its expressions can be read, and its tokens have a place. */
  @Test
  void knowsThePaginatorsOfAllServices() {
    int count = 0;
    List<String> wrong = new ArrayList<>();
    for (Service service : CATALOG.services()) {
      for (var operation : service.operations()) {
        Paginator paginator = service.paginator(operation.name()).orElse(null);
        if (paginator == null) {
          continue;
        }
        count++;
        try {
          assertThat(new Pages(paginator, true)).isNotNull();
        } catch (IllegalArgumentException e) {
          wrong.add(operation.id() + ": " + e.getMessage());
        }
        for (String key : paginator.resultKeys()) {
          if (!key.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
            wrong.add(operation.id() + " has the result key " + key);
          }
        }
        for (String key : paginator.nonAggregateKeys()) {
          if (!key.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*")) {
            wrong.add(operation.id() + " has the non-aggregate key " + key);
          }
        }
        if (paginator.inputTokens().size() != paginator.outputTokens().size()) {
          wrong.add(operation.id() + " has unequal tokens");
        }
        for (String token : paginator.inputTokens()) {
          if (operation.member(token).isEmpty()) {
            wrong.add(operation.id() + " has no member " + token);
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(count).isGreaterThan(3_000);
  }
}
