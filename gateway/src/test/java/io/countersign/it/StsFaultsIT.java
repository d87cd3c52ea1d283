package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.testkit.AdminSlots;
import io.countersign.testkit.FaultProxy;
import io.countersign.testkit.FaultProxy.Fault;
import io.countersign.testkit.Moto;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.ToolDoorClient;
import io.countersign.testkit.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * STS breaks in each way while agents work: who has credentials does not notice, who has none is
 * told so in time, and both go on when it is whole again. moto, with signatures checked, is behind
 * the proxy that breaks it.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class StsFaultsIT {
  private static final String SECRET = "-0123456789abcdef0123456789abcdef";
  private static final int WORKERS = 3;

  /** Faults with which STS still gives sessions. */
  private static final Set<Fault> HARMLESS =
      EnumSet.of(Fault.DELAYED, Fault.DATE_AN_HOUR_AGO, Fault.DATE_IN_AN_HOUR);

  private final Moto moto = Moto.start();
  private final FaultProxy sts = FaultProxy.before(moto.endpoint());
  private RunningGateway gateway;
  private AdminSlots slots;

  @BeforeAll
  void start() {
    StringBuilder agents = new StringBuilder();
    for (String agent : agents()) {
      agents.append(
          "  %s: { token: '%s%s', allow: [{ connector: caller }] }\n"
              .formatted(agent, agent, SECRET));
    }
    String yaml =
        """
        sts: { region: us-east-1, endpoint: '%s' }
        timeouts: { credentials: 3s }
        agents:
        %sconnectors:
          caller:
            service: sts
            region: us-east-1
            endpoint: '%s'
            pinned: false
            credentials:
              static: { access-key-id: '${env:KEY_ID}', secret-access-key: '${env:KEY_SECRET}' }
            role:
              - '%s'
              - { arn: '%s', external-id: %s }
        """
            .formatted(
                sts.endpoint(),
                agents,
                moto.endpoint(),
                moto.role("adapter"),
                moto.role("warehouse"),
                moto.fact("externalId"));
    gateway =
        RunningGateway.start(
            "sts-faults",
            yaml,
            Map.of("KEY_ID", moto.fact("accessKeyId"), "KEY_SECRET", moto.fact("secretAccessKey")));
    slots = new AdminSlots(gateway);
  }

  @AfterAll
  void stop() {
    gateway.close();
    sts.close();
  }

  /** One that is always warm, and one for each fault who has never been here before. */
  private static List<String> agents() {
    List<String> agents = new ArrayList<>(List.of("regular"));
    for (Fault fault : Fault.values()) {
      agents.add(newcomer(fault));
    }
    return agents;
  }

  private static String newcomer(Fault fault) {
    return "new-in-" + fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private ToolDoorClient agent(String name) {
    return new ToolDoorClient(gateway, name + SECRET);
  }

  /** Agents that call without pause, from {@link #begin} until {@link #close}. */
  private final class Traffic implements AutoCloseable {
    private final AtomicLong good = new AtomicLong();
    private final ConcurrentLinkedQueue<String> bad = new ConcurrentLinkedQueue<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean over;

    Traffic begin() {
      for (int i = 0; i < WORKERS; i++) {
        workers.add(Thread.ofVirtual().start(this::work));
      }
      return this;
    }

    private void work() {
      ToolDoorClient regular = agent("regular");
      while (!over) {
        try {
          ToolDoorClient.Answer answer = regular.whoAmI("caller");
          if (answer.status() == 200) {
            good.incrementAndGet();
          } else {
            bad.add(answer.raw().body());
          }
        } catch (IOException e) {
          bad.add(e.toString());
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    /** Some more calls have gone well. */
    void goesOn() {
      long before = good.get();
      Waiting.until("calls that go well", () -> good.get() >= before + 20 || !bad.isEmpty());
      assertThat(bad).isEmpty();
    }

    @Override
    public void close() {
      over = true;
      for (Thread worker : workers) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private JsonNode last() {
    return slots.of("role/warehouse", "countersign-regular");
  }

  private static Instant obtained(JsonNode slot) {
    return Instant.parse(slot.required("obtained").asText());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whoHasCredentialsDoesNotNotice(Fault fault) throws Exception {
    assertThat(agent("regular").whoAmI("caller").status()).isEqualTo(200);
    try (Traffic traffic = new Traffic().begin()) {
      traffic.goesOn();
      Instant before = obtained(last());
      int broken = sts.broken();
      sts.fault(fault);

      // Warm: every slot of the chain is renewed now, or tries to be.
      slots.all().forEach(slots::refresh);
      Waiting.until("STS is asked", () -> sts.broken() > broken);
      traffic.goesOn();
      if (HARMLESS.contains(fault)) {
        Waiting.until("the renewal", () -> obtained(last()).isAfter(before));
      } else {
        Waiting.until("the failure", () -> last().has("last_error"));
        assertThat(obtained(last())).isEqualTo(before);
      }
      traffic.goesOn();

      // Cold: an answer within the deadline that says what is the matter.
      ToolDoorClient.Answer cold = agent(newcomer(fault)).whoAmI("caller");
      if (HARMLESS.contains(fault)) {
        assertThat(cold.status()).as(cold.raw().body()).isEqualTo(200);
      } else {
        assertThat(cold.status()).as(cold.raw().body()).isEqualTo(503);
        assertThat(cold.body().get("code").asText()).isEqualTo("credentials-unavailable");
        assertThat(cold.body().get("source").asText()).isEqualTo("credentials");
        assertThat(cold.body().get("retryable").asBoolean()).isTrue();
        assertThat(cold.body().get("detail").asText()).contains(reason(fault));
        assertThat(cold.body().get("hint").asText()).isNotBlank();
        assertThat(cold.raw().headers().firstValueAsLong("retry-after").orElse(0)).isPositive();
      }
      traffic.goesOn();

      Instant mended = Instant.now();
      sts.fault(Fault.NONE);
      Waiting.until(
          "the recovery",
          Duration.ofSeconds(60),
          () -> {
            slots.all().forEach(slots::refresh);
            return obtained(last()).isAfter(mended) && !last().has("last_error");
          });
      Waiting.until(
          "credentials of the newcomer",
          Duration.ofSeconds(60),
          () -> {
            try {
              return agent(newcomer(fault)).whoAmI("caller").status() == 200;
            } catch (IOException e) {
              throw new AssertionError(e);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return false;
            }
          });
      traffic.goesOn();
    } finally {
      sts.fault(Fault.NONE);
    }
  }

  /** What the agent is told. */
  private static String reason(Fault fault) {
    return switch (fault) {
      case SILENT -> "within";
      case RESET -> "reset";
      case THROTTLED -> "Throttling";
      case UNAVAILABLE -> "503";
      case GARBAGE -> "answer";
      case HALF -> "Premature EOF";
      case NONE, DELAYED, DATE_AN_HOUR_AGO, DATE_IN_AN_HOUR ->
          throw new AssertionError(fault + " does no harm");
    };
  }
}
