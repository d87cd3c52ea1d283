package io.countersign.upstream;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one event loop. Every exchange has several, nearly all are cancelled unmet, and
 * a tenth of a second is precise enough: so a list that is walked ten times a second is cheaper
 * than a timer for each.
 *
 * <p>Used on its event loop only.
 */
public final class Deadlines {
  /** How often the list is walked; a deadline may be noticed that much late. */
  public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long NONE = Long.MAX_VALUE;

  /** Something that can run out of time. At most one deadline is set at a time. */
  public abstract static class Timed {
    private long deadlineNanos = NONE;
    private @Nullable Timed previous;
    private @Nullable Timed next;
    private boolean linked;

    /** Called on the event loop, once, when the deadline has passed; it is no longer set then. */
    protected abstract void expired();
  }

  private final LongSupplier nanoTime;
  private @Nullable Timed first;

  /** For tests: nothing walks the list but {@link #tick}. */
  Deadlines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Starts to walk the list on {@code loop}, until the loop ends. */
  public static Deadlines on(EventLoop loop) {
    Deadlines deadlines = new Deadlines(System::nanoTime);
    var _ = loop.scheduleAtFixedRate(deadlines::tick, TICK_NANOS, TICK_NANOS, TimeUnit.NANOSECONDS);
    return deadlines;
  }

  /** Sets or moves the deadline of {@code timed} to {@code nanos} from now. */
  public void set(Timed timed, long nanos) {
    timed.deadlineNanos = nanoTime.getAsLong() + nanos;
    if (!timed.linked) {
      timed.linked = true;
      timed.next = first;
      if (first != null) {
        first.previous = timed;
      }
      first = timed;
    }
  }

  /** Forgets the deadline of {@code timed}, if it has one. */
  public void clear(Timed timed) {
    if (!timed.linked) {
      return;
    }
    if (timed.previous != null) {
      timed.previous.next = timed.next;
    } else {
      first = timed.next;
    }
    if (timed.next != null) {
      timed.next.previous = timed.previous;
    }
    timed.previous = null;
    timed.next = null;
    timed.linked = false;
    timed.deadlineNanos = NONE;
  }

  void tick() {
    long now = nanoTime.getAsLong();
    Timed timed = first;
    while (timed != null) {
      Timed next = timed.next;
      if (timed.deadlineNanos - now <= 0) {
        clear(timed);
        timed.expired();
        // What expired may have ended its neighbours too; begin again rather than follow a stale
        // link.
        next = first;
      }
      timed = next;
    }
  }
}
