package io.countersign.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an operation's answer is read page by page. Expressions are JMESPath over the answer.
 *
 * @param operation whose answers have pages
 * @param inputTokens the input's members that name the next page
 * @param outputTokens for each of them, where its value stands in the answer; some are two
 *     expressions with {@code ||} between
 * @param limitKey the input's member that bounds a page; null for none
 * @param resultKeys what the pages are joined by
 * @param moreResults what is true while there are more pages; null where a token says it
 * @param nonAggregateKeys what stands on each page and is the same on all
 */
public record Paginator(
    String operation,
    List<String> inputTokens,
    List<String> outputTokens,
    @Nullable String limitKey,
    List<String> resultKeys,
    @Nullable String moreResults,
    List<String> nonAggregateKeys) {

  public Paginator {
    inputTokens = List.copyOf(inputTokens);
    outputTokens = List.copyOf(outputTokens);
    resultKeys = List.copyOf(resultKeys);
    nonAggregateKeys = List.copyOf(nonAggregateKeys);
  }
}
