package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code tls}, {@code virtual-credentials}, {@code limits}, {@code timeouts} and {@code log}. */
final class ServerKeys {
  // tls
  static final Key<Path> CERTIFICATE =
      Key.of("certificate", Forms.path(), "The certificate and its chain, PEM.")
          .must()
          .example("/etc/countersign/tls.crt");
  static final Key<Path> PRIVATE_KEY =
      Key.of("private-key", Forms.path(), "The private key, PEM, PKCS #8, not encrypted.")
          .must()
          .example("/etc/countersign/tls.key");
  static final Section TLS = Section.of(CERTIFICATE, PRIVATE_KEY);

  // virtual-credentials
  static final int MIN_KEY = 32;
  static final Key<Secret> KEY =
      Key.of(
              "key",
              Forms.secret(
                  "a secret of at least " + MIN_KEY + " characters",
                  "[\\s\\S]{" + MIN_KEY + ",4096}",
                  MIN_KEY + " to 4096 characters, for instance of: openssl rand -hex 32"),
              "The key from which virtual credentials are derived. Give every replica the same.")
          .otherwise("drawn at each start, so a restart ends all virtual credentials")
          .example("${file:/var/run/secrets/countersign/virtual-key}");
  static final Key<Duration> TTL =
      Key.of(
              "ttl",
              Forms.duration("15m", "1h"),
              "How long the credentials of `/v1/credentials` last.")
          .or("1h");
  static final Key<Duration> MAX_TTL =
      Key.of(
              "max-ttl",
              Forms.duration("15m", "7d"),
              "The longest that `countersign credentials issue` may grant.")
          .or("12h");
  static final Key<VirtualCredentials.Replay> REPLAY =
      Key.of(
              "replay",
              Forms.choice(words(VirtualCredentials.Replay.values())),
              "What becomes of a signed request that changes state and comes again with the same"
                  + " signature. `refuse` answers with an error at which SDKs sign anew; `allow` is"
                  + " for agents that send many equal changes within a second.")
          .or("refuse");
  static final Section VIRTUAL = Section.of(KEY, TTL, MAX_TTL, REPLAY);

  // limits
  static final Key<Integer> CONNECTIONS =
      Key.of("connections", Forms.integer(1, 1_000_000), "Open connections on the agents' port.")
          .or("4096");
  static final Key<Long> HEADERS =
      Key.of("headers", Forms.size("1KiB", "1MiB"), "Request line and headers together.")
          .or("64KiB");
  static final Key<Long> BODY =
      Key.of("body", Forms.size("1KiB", "1024GiB"), "A body that streams.").or("5GiB");
  static final Key<Long> TOOL_BODY =
      Key.of("tool-body", Forms.size("1KiB", "64MiB"), "A JSON body at the tool door.").or("1MiB");
  static final Key<Integer> JSON_DEPTH =
      Key.of("json-depth", Forms.integer(1, 1000), "How deep that JSON may nest.").or("64");
  static final Key<Long> HOLD =
      Key.of(
              "hold",
              Forms.size("0", "1GiB"),
              "What one body may take of memory when it must be hashed before it is sent; beyond "
                  + "it the body goes to an unlinked file.")
          .or("1MiB");
  static final Key<Long> HOLD_TOTAL =
      Key.of(
              "hold-total",
              Forms.size("0", "64GiB"),
              "What all such bodies together may take of memory.")
          .or("32MiB");
  static final Key<Long> SPOOL =
      Key.of(
              "spool",
              Forms.size("0", "64GiB"),
              "The largest body that is held at all, in memory or in a file.")
          .or("256MiB");
  static final Key<Path> SPOOL_DIRECTORY =
      Key.of("spool-directory", Forms.path(), "The folder of those files.")
          .otherwise("the system's folder for temporary files")
          .example("/tmp");
  static final Key<Long> PAGES_SIZE =
      Key.of(
              "pages-size",
              Forms.size("64KiB", "256MiB"),
              "What the pages of an operation that are joined for one answer may take, as JSON.")
          .or("8MiB");
  static final Key<Duration> PAGES_TIME =
      Key.of(
              "pages-time",
              Forms.duration("1s", "15m"),
              "After that time no further page is read for one answer.")
          .or("30s");
  static final Section LIMITS =
      Section.of(
          CONNECTIONS,
          HEADERS,
          BODY,
          TOOL_BODY,
          JSON_DEPTH,
          HOLD,
          HOLD_TOTAL,
          SPOOL,
          SPOOL_DIRECTORY,
          PAGES_SIZE,
          PAGES_TIME);

  // timeouts
  static final Key<Duration> CONNECT =
      Key.of(
              "connect",
              Forms.duration("1ms", "5m"),
              "For the TCP and TLS handshake with the upstream.")
          .or("5s");
  static final Key<Duration> FIRST_BYTE =
      Key.of(
              "first-byte",
              Forms.duration("1ms", "1h"),
              "From the last byte of a request to the first of its answer.")
          .or("2m");
  static final Key<Duration> IDLE =
      Key.of("idle", Forms.duration("1ms", "1h"), "Between two reads or writes on either side.")
          .or("1m");
  static final Key<Duration> REQUEST =
      Key.of("request", Forms.duration("1ms", "24h"), "For an exchange as a whole.").or("30m");
  static final Key<Duration> CREDENTIALS =
      Key.of(
              "credentials",
              Forms.duration("1ms", "5m"),
              "How long a call waits for credentials that are not in the cache yet.")
          .or("10s");
  static final Key<Duration> DRAIN =
      Key.of(
              "drain",
              Forms.duration("1ms", "1h"),
              "How long running exchanges may go on at shutdown.")
          .or("25s");
  static final Section TIMEOUTS =
      Section.of(CONNECT, FIRST_BYTE, IDLE, REQUEST, CREDENTIALS, DRAIN);

  // log
  static final Key<Logging.Format> FORMAT =
      Key.of(
              "format",
              Forms.choice(words(Logging.Format.values())),
              "How lines look. `auto` is text on a terminal and JSON otherwise.")
          .or("auto");
  static final Key<Logging.Level> LEVEL =
      Key.of(
              "level",
              Forms.choice(words(Logging.Level.values())),
              "From which severity on the gateway's own log is written.")
          .or("info");
  static final Key<Logging.Sink> ACCESS =
      Key.of("access", new SinkForm(), "Where the line for each request goes.").or("stdout");
  static final Key<Logging.Sink> AUDIT =
      Key.of("audit", new SinkForm(), "Where the line for each decision goes.").or("stdout");
  static final Key<Path> FILE =
      Key.of("file", Forms.path(), "The file that lines are appended to.")
          .must()
          .example("/var/log/countersign/audit.jsonl");
  static final Section LOG = Section.of(FORMAT, LEVEL, ACCESS, AUDIT);
  static final Section SINK = Section.of(FILE);

  private ServerKeys() {}

  private static <E extends Enum<E>> Map<String, E> words(E[] values) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : values) {
      words.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
    }
    return words;
  }

  static @Nullable Tls tls(Values values, Reading in) {
    Path certificate = values.need(CERTIFICATE);
    Path key = values.need(PRIVATE_KEY);
    in.read(certificate);
    in.read(key);
    boolean good =
        Pem.check(certificate, values.place(CERTIFICATE), key, values.place(PRIVATE_KEY), in);
    return good ? new Tls(certificate, key) : null;
  }

  static VirtualCredentials virtual(Values values, Reading in) {
    Duration ttl = values.need(TTL);
    Duration maxTtl = values.need(MAX_TTL);
    if (maxTtl.compareTo(ttl) < 0) {
      in.problem(values.place(MAX_TTL), "max-ttl is less than ttl", "raise it, or lower ttl");
    }
    return new VirtualCredentials(values.get(KEY), ttl, maxTtl, values.need(REPLAY));
  }

  static Limits limits(Values values, Reading in) {
    long hold = values.need(HOLD);
    long total = values.need(HOLD_TOTAL);
    if (total < hold) {
      in.problem(
          values.place(HOLD_TOTAL),
          "hold-total is less than hold, so that not even one body could be held",
          "raise it, or lower hold");
    }
    if (values.need(SPOOL) < hold) {
      in.problem(values.place(SPOOL), "spool is less than hold", "raise it, or lower hold");
    }
    Path directory = values.get(SPOOL_DIRECTORY);
    if (directory == null) {
      directory = Path.of(System.getProperty("java.io.tmpdir"));
    } else if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      in.problem(
          values.place(SPOOL_DIRECTORY),
          directory + " is not a folder that can be written to",
          "create it, or let the user that runs the gateway write to it");
    }
    return new Limits(
        values.need(CONNECTIONS),
        Math.toIntExact(values.need(HEADERS)),
        values.need(BODY),
        Math.toIntExact(values.need(TOOL_BODY)),
        values.need(JSON_DEPTH),
        Math.toIntExact(hold),
        total,
        values.need(SPOOL),
        directory,
        values.need(PAGES_SIZE),
        values.need(PAGES_TIME));
  }

  static Timeouts timeouts(Values values, Reading in) {
    return new Timeouts(
        values.need(CONNECT),
        values.need(FIRST_BYTE),
        values.need(IDLE),
        values.need(REQUEST),
        values.need(CREDENTIALS),
        values.need(DRAIN));
  }

  static Logging log(Values values, Reading in) {
    return new Logging(
        values.need(FORMAT), values.need(LEVEL), values.need(ACCESS), values.need(AUDIT));
  }

  /** {@code stdout}, {@code off} or {@code {file: PATH}}. */
  private static final class SinkForm implements Form<Logging.Sink> {
    private static final Form<Logging.Sink> WORD = Forms.choice(choices());

    private static Map<String, Logging.Sink> choices() {
      Map<String, Logging.Sink> words = new LinkedHashMap<>();
      words.put("stdout", new Logging.Sink(Logging.Sink.Kind.STDOUT, null));
      words.put("off", new Logging.Sink(Logging.Sink.Kind.OFF, null));
      return words;
    }

    private static Form<Logging.Sink> file() {
      return SINK.as("a mapping", (values, in) -> toFile(values, in));
    }

    private static Logging.Sink toFile(Values values, Reading in) {
      Path file = values.need(FILE);
      Path folder = file.toAbsolutePath().getParent();
      if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder)) {
        in.problem(
            values.place(FILE),
            file + " cannot be a file: its folder does not exist, or it is a folder itself",
            "create the folder, or correct the path");
      }
      return new Logging.Sink(Logging.Sink.Kind.FILE, file);
    }

    @Override
    public Logging.@Nullable Sink read(Place at, Reading in) {
      return at.node() instanceof ScalarNode ? WORD.read(at, in) : file().read(at, in);
    }

    @Override
    public String words() {
      return "`stdout`, `off` or `{file: PATH}`";
    }

    @Override
    public ObjectNode schema() {
      return Schema.anyOf(List.of(WORD.schema(), file().schema()));
    }
  }
}
