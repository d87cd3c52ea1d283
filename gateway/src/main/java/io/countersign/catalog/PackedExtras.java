package io.countersign.catalog;

import java.util.List;

/**
 * The section of what a service has beside its model.
 *
 * @param endpointRules the rule set as JSON; empty for none
 */
record PackedExtras(List<Paginator> paginators, List<Waiter> waiters, String endpointRules) {

  PackedExtras {
    paginators = List.copyOf(paginators);
    waiters = List.copyOf(waiters);
  }

  byte[] write() {
    PackedOutput out = new PackedOutput();
    out.list(
        paginators,
        p ->
            out.text(p.operation())
                .textList(p.inputTokens())
                .textList(p.outputTokens())
                .textOrNull(p.limitKey())
                .textList(p.resultKeys())
                .textOrNull(p.moreResults())
                .textList(p.nonAggregateKeys()));
    out.list(
        waiters,
        w ->
            out.text(w.name())
                .text(w.operation())
                .number(w.delaySeconds())
                .number(w.maxAttempts())
                .list(
                    w.acceptors(),
                    a ->
                        out.text(a.state())
                            .text(a.matcher())
                            .text(a.argument())
                            .text(a.expected())));
    return out.document(endpointRules).section();
  }

  static PackedExtras read(byte[] section) {
    PackedInput in = PackedInput.section(section);
    return new PackedExtras(
        in.list(
            () ->
                new Paginator(
                    in.text(),
                    in.textList(),
                    in.textList(),
                    in.textOrNull(),
                    in.textList(),
                    in.textOrNull(),
                    in.textList())),
        in.list(
            () ->
                new Waiter(
                    in.text(),
                    in.text(),
                    in.number(),
                    in.number(),
                    in.list(
                        () -> new Waiter.Acceptor(in.text(), in.text(), in.text(), in.text())))),
        in.document());
  }
}
