package io.countersign.http;

import io.countersign.signer.SigV4aSigner;
import io.countersign.signer.Signer;
import io.countersign.signer.Verifier;
import io.countersign.upstream.Deadlines;
import io.countersign.upstream.Flushes;
import io.countersign.upstream.HeadBytes;
import io.countersign.upstream.UpstreamPool;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What belongs to one event loop: its upstream connections, its deadlines, its agents' connections
 * and its scratch space. Everything but {@link #offLoop} is used on that loop only.
 */
public final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int SPARE_DIGESTS = 64;

  private final EventLoop loop;
  private final Deadlines deadlines;
  private final Flushes flushes;
  private final UpstreamPool upstream;
  private final ByteBufAllocator alloc;
  private final Executor virtualThreads;
  private final Signer signer;
  private final SigV4aSigner sigV4aSigner;
  private final Verifier verifier;
  private final Set<AgentConnection> connections = new HashSet<>();
  private final ArrayDeque<MessageDigest> sha256 = new ArrayDeque<>();
  private final HeadBytes headBytes = new HeadBytes();
  private boolean draining;

  public Worker(
      EventLoop loop,
      Deadlines deadlines,
      Flushes flushes,
      UpstreamPool upstream,
      ByteBufAllocator alloc,
      Executor virtualThreads,
      Signer signer,
      SigV4aSigner sigV4aSigner,
      Verifier verifier) {
    this.loop = loop;
    this.deadlines = deadlines;
    this.flushes = flushes;
    this.upstream = upstream;
    this.alloc = alloc;
    this.virtualThreads = virtualThreads;
    this.signer = signer;
    this.sigV4aSigner = sigV4aSigner;
    this.verifier = verifier;
  }

  public EventLoop loop() {
    return loop;
  }

  public Deadlines deadlines() {
    return deadlines;
  }

  /** To put one head together in; never kept. */
  HeadBytes headBytes() {
    return headBytes;
  }

  Flushes flushes() {
    return flushes;
  }

  public UpstreamPool upstream() {
    return upstream;
  }

  ByteBufAllocator alloc() {
    return alloc;
  }

  Signer signer() {
    return signer;
  }

  SigV4aSigner sigV4aSigner() {
    return sigV4aSigner;
  }

  Verifier verifier() {
    return verifier;
  }

  Logger log() {
    return LOG;
  }

  /** Runs work that may block on a virtual thread. */
  void offLoop(Runnable work) {
    virtualThreads.execute(work);
  }

  /** A digest in its initial state; {@link #giveBackSha256} returns it. */
  MessageDigest takeSha256() {
    MessageDigest spare = sha256.poll();
    if (spare != null) {
      return spare;
    }
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  void giveBackSha256(MessageDigest digest) {
    if (sha256.size() < SPARE_DIGESTS) {
      digest.reset();
      sha256.push(digest);
    }
  }

  void opened(AgentConnection connection) {
    connections.add(connection);
    if (draining) {
      connection.drain();
    }
  }

  void closed(AgentConnection connection) {
    connections.remove(connection);
  }

  /** How many agents' connections are open. */
  public int connections() {
    return connections.size();
  }

  /** Closes connections that are idle, and the others as soon as their exchange has ended. */
  public void drain() {
    draining = true;
    Set.copyOf(connections).forEach(AgentConnection::drain);
  }

  /** Closes every connection of agents and upstreams now. */
  public void close() {
    Set.copyOf(connections).forEach(AgentConnection::cut);
    upstream.close();
  }
}
