package io.countersign.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written and is to be sent at the end of the event loop's current turn. A write that
 * wakes its peer costs more than one to a peer that is awake, and the writes of one turn, made one
 * after the other, mostly find it awake.
 *
 * <p>Used on its event loop only.
 */
public final class Flushes {
  private final EventLoop loop;
  private final Runnable flush = this::flush;
  private List<MessageOut> waiting = new ArrayList<>();
  private List<MessageOut> spare = new ArrayList<>();

  /** The flushes of one event loop. */
  public Flushes(EventLoop loop) {
    this.loop = loop;
  }

  /** Sends what {@code out} has gathered by the time that the events of this turn are done. */
  public void later(MessageOut out) {
    if (out.waits) {
      return;
    }
    out.waits = true;
    if (waiting.isEmpty()) {
      loop.execute(flush);
    }
    waiting.add(out);
  }

  private void flush() {
    List<MessageOut> now = waiting;
    // A flush can run listeners that write and ask for another.
    waiting = spare;
    for (int i = 0; i < now.size(); i++) {
      MessageOut out = now.get(i);
      out.waits = false;
      out.flush();
    }
    now.clear();
    spare = now;
  }
}
