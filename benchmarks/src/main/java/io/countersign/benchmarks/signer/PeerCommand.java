package io.countersign.benchmarks.signer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.benchmarks.BenchmarkException;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SigningKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code countersign bench peer}, which {@code benchmarks/peers/run.sh} calls: writes the three
 * requests that every language signs, with the signatures to come to, and times Countersign and the
 * SDK by such a loop as the other languages have.
 */
@Command(
    name = "peer",
    hidden = true,
    description = "The part of benchmarks/peers/run.sh that is in Java.")
public final class PeerCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Read once at the end of a sample, so that no signature is left out as unused. */
  private @Nullable Object sink;

  @Option(names = "--requests", required = true, description = "Where to write the requests.")
  private Path requests = Path.of("requests.json");

  @Option(names = "--results", required = true, description = "Where to write the results.")
  private Path results = Path.of("java.json");

  @Option(names = "--samples", description = "Samples of each case.")
  private int samples = 5;

  @Option(names = "--millis", description = "The length of a sample.")
  private int millis = 1000;

  private final Ours ours = new Ours(new SigningKeys());
  private final Sdk sdk = new Sdk();
  private final ArrayNode measured = JSON.createArrayNode();

  /** Made by picocli. */
  public PeerCommand() {}

  @FunctionalInterface
  private interface Signing {
    Object sign() throws MalformedRequestException;
  }

  @Override
  public Integer call() throws BenchmarkException {
    try {
      Files.writeString(requests, JSON.writeValueAsString(requests()) + "\n");
      for (Form form : Form.values()) {
        measureOurs(form);
      }
      measureSdk();
      Files.writeString(results, JSON.writeValueAsString(measured) + "\n");
    } catch (IOException | MalformedRequestException e) {
      throw new BenchmarkException("the Java part failed: " + e.getMessage(), e);
    }
    return 0;
  }

  private ObjectNode requests() throws MalformedRequestException {
    ObjectNode root = JSON.createObjectNode();
    root.put("region", Credentials.REGION);
    root.put("access-key-id", Credentials.ACCESS_KEY_ID);
    root.put("secret", Credentials.SECRET);
    root.put("token", Credentials.TOKEN);
    root.put("time", Pool.TIME.toString());
    root.put("expires-seconds", Ours.EXPIRES.toSeconds());
    ArrayNode all = root.putArray("requests");
    Call post = Pool.jsonPosts(Form.repeated).calls()[0];
    Call get = Pool.s3Gets(Form.repeated).calls()[0];
    request(all, "json-post", "dynamodb", post, ours.jsonPost(post, Pool.TIME).signature());
    request(all, "s3-get", "s3", get, ours.s3Get(get, Pool.TIME).signature());
    request(all, "presigned-get", "s3", get, ours.presignedGet(get, Pool.TIME).signature());
    return root;
  }

  private static void request(
      ArrayNode to, String name, String service, Call call, String signature) {
    ObjectNode node = to.addObject();
    node.put("case", name);
    node.put("service", service);
    node.put("method", call.method());
    node.put("host", call.host());
    node.put("path", call.path());
    node.put("query", call.query());
    ObjectNode headers = node.putObject("headers");
    for (int i = 0; i < call.headerCount(); i++) {
      headers.put(call.headerName(i), call.headerValue(i));
    }
    node.put("body", new String(call.body(), StandardCharsets.US_ASCII));
    node.put("signature", signature);
  }

  private void measureOurs(Form form) throws MalformedRequestException {
    String signer = form == Form.repeated ? "ours" : "ours-distinct";
    String label = "Countersign, " + form + ", Java " + Runtime.version().feature();
    Pool posts = Pool.jsonPosts(form);
    Pool gets = Pool.s3Gets(form);
    measure(signer, label, "json-post", () -> ours.jsonPost(posts.next(), posts.now()));
    measure(signer, label, "s3-get", () -> ours.s3Get(gets.next(), gets.now()));
    measure(signer, label, "presigned-get", () -> ours.presignedGet(gets.next(), gets.now()));
  }

  private void measureSdk() throws MalformedRequestException {
    String label = "AWS SDK for Java v2, Java " + Runtime.version().feature();
    Pool posts = Pool.jsonPosts(Form.repeated);
    Pool gets = Pool.s3Gets(Form.repeated);
    Sdk.Prepared[] post = Sdk.prepare(posts);
    Sdk.Prepared[] get = Sdk.prepare(gets);
    measure("sdk", label, "json-post", () -> sdk.jsonPost(post[posts.advance()], posts.now()));
    measure("sdk", label, "s3-get", () -> sdk.s3Get(get[gets.advance()], gets.now()));
    measure("sdk", label, "presigned-get", () -> sdk.presignedGet(get[gets.advance()], gets.now()));
  }

  private void measure(String signer, String label, String name, Signing signing)
      throws MalformedRequestException {
    sample(signing);
    sample(signing);
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      all.add(sample(signing));
    }
    ObjectNode node = measured.addObject();
    node.put("signer", signer);
    node.put("label", label);
    node.put("case", name);
    ArrayNode ns = node.putArray("ns");
    all.forEach(value -> ns.add(Math.round(value * 10) / 10.0));
  }

  /** Nanoseconds for one signature. */
  private double sample(Signing signing) throws MalformedRequestException {
    long begun = System.nanoTime();
    long end = begun + millis * 1_000_000L;
    long signed = 0;
    long now;
    do {
      for (int i = 0; i < 200; i++) {
        sink = signing.sign();
      }
      signed += 200;
      now = System.nanoTime();
    } while (now < end);
    if (sink == null) {
      throw new IllegalStateException("nothing was signed");
    }
    return (double) (now - begun) / signed;
  }
}
