package io.countersign.sandbox;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong next. Rules are tried in the order in which they were added; the first that
 * matches a request is used up by one. Thread-safe.
 */
public final class Faults {
  private static final class Rule {
    final Target target;
    final Fault fault;
    int left;

    Rule(int times, Target target, Fault fault) {
      this.left = times;
      this.target = target;
      this.fault = fault;
    }
  }

  private final List<Rule> rules = new ArrayList<>();
  private CountDownLatch hung = new CountDownLatch(1);

  Faults() {}

  /** The next {@code times} requests that the target matches meet that fault. */
  public synchronized void next(int times, Target target, Fault fault) {
    if (times < 1) {
      throw new IllegalArgumentException("times must be at least 1, not " + times);
    }
    rules.add(new Rule(times, target, fault));
  }

  /** Every request that the target matches meets that fault, until {@link #clear}. */
  public void always(Target target, Fault fault) {
    next(Integer.MAX_VALUE, target, fault);
  }

  /** Forgets all rules, and lets go of the connections that hang. */
  public synchronized void clear() {
    rules.clear();
    hung.countDown();
    hung = new CountDownLatch(1);
  }

  /** How many rules are not used up. */
  public synchronized int pending() {
    return rules.size();
  }

  /** The fault for this request, if any; early ones are asked for when only the head is there. */
  synchronized @Nullable Fault take(Route route, String path, boolean early) {
    for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
      Rule rule = each.next();
      if (isEarly(rule.fault) == early && rule.target.matches(route, path)) {
        if (--rule.left == 0) {
          each.remove();
        }
        return rule.fault;
      }
    }
    return null;
  }

  synchronized CountDownLatch hung() {
    return hung;
  }

  private static boolean isEarly(Fault fault) {
    return fault instanceof Fault.RefuseEarly || fault instanceof Fault.ResetEarly;
  }
}
