package io.countersign.catalog.build;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.AuthType;
import io.countersign.catalog.Member;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Operation.Binding;
import io.countersign.catalog.Operation.Trait;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.ResourceTemplate;
import io.countersign.catalog.ServiceMetadata;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import io.countersign.catalog.Waiter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a model says of an operation that routing and policy need. */
final class OperationFacts {
  private static final String NO_AUTH = "smithy.api#noAuth";
  private static final String SIGV4 = "aws.auth#sigv4";
  private static final String SIGV4A = "aws.auth#sigv4a";

  /** Services of which every query parameter tells operations apart. */
  private static final Set<String> BY_QUERY = Set.of("s3");

  private OperationFacts() {}

  /** What IAM says of an operation. */
  record Access(AccessLevel level, List<String> actions, boolean reviewed) {}

  /** What people or rules say of an operation. */
  record Judgement(boolean idempotent, boolean answersCredential, boolean passesRole) {}

  static Operation of(
      String service,
      ServiceMetadata metadata,
      OperationModel model,
      Access access,
      Judgement judgement,
      boolean paginated,
      List<Waiter> waiters,
      List<ResourceTemplate> resources) {
    EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
    add(traits, Trait.IDEMPOTENT, judgement.idempotent());
    add(traits, Trait.ANSWERS_CREDENTIAL, judgement.answersCredential());
    add(traits, Trait.PASSES_ROLE, judgement.passesRole());
    add(traits, Trait.DEPRECATED, model.has(OperationModel.Trait.DEPRECATED));
    add(traits, Trait.PAGINATED, paginated);
    add(traits, Trait.STREAMS_INPUT, payloadIs(model.input(), Shape.Trait.STREAMING));
    add(traits, Trait.STREAMS_OUTPUT, payloadIs(model.output(), Shape.Trait.STREAMING));
    add(traits, Trait.INPUT_EVENTS, payloadIs(model.input(), Shape.Trait.EVENT_STREAM));
    add(traits, Trait.OUTPUT_EVENTS, payloadIs(model.output(), Shape.Trait.EVENT_STREAM));
    add(traits, Trait.REVIEWED, access.reviewed());
    return new Operation(
        service,
        model.name(),
        access.level(),
        access.actions(),
        traits,
        model.httpMethod(),
        model.requestUri(),
        auth(metadata, model),
        model.hostPrefix(),
        bindings(service, model),
        members(model),
        idempotencyToken(model),
        waiters.stream().filter(w -> w.operation().equals(model.name())).map(Waiter::name).toList(),
        resources);
  }

  private static void add(Set<Trait> traits, Trait trait, boolean has) {
    if (has) {
      traits.add(trait);
    }
  }

  /** Whether one of the members is of that kind; at most one is. */
  private static boolean payloadIs(@Nullable ShapeRef root, Shape.Trait trait) {
    if (root == null) {
      return false;
    }
    for (ShapeRef member : root.target().members()) {
      if (member.target().has(trait)
          || (trait == Shape.Trait.STREAMING && member.has(ShapeRef.Trait.STREAMING))) {
        return true;
      }
    }
    return false;
  }

  private static AuthType auth(ServiceMetadata metadata, OperationModel model) {
    List<String> schemes = model.auth().isEmpty() ? metadata.auth() : model.auth();
    if (model.authType().equals("none")
        || (!schemes.isEmpty() && schemes.getFirst().equals(NO_AUTH))) {
      return AuthType.NONE;
    }
    if (model.authType().equals("v4-unsigned-body")
        || model.has(OperationModel.Trait.UNSIGNED_PAYLOAD)) {
      return AuthType.V4_UNSIGNED_PAYLOAD;
    }
    if (!schemes.isEmpty() && schemes.getFirst().equals(SIGV4A)) {
      return AuthType.V4A;
    }
    if (schemes.contains(SIGV4)) {
      return AuthType.V4;
    }
    return switch (metadata.signatureVersion()) {
      case "v2" -> AuthType.V2;
      case "bearer" -> AuthType.BEARER;
      default -> schemes.isEmpty() ? AuthType.V4 : AuthType.BEARER;
    };
  }

  private static List<Binding> bindings(String service, OperationModel model) {
    List<Binding> bindings = new ArrayList<>();
    for (ShapeRef member : inputs(model)) {
      boolean required = member.isRequired();
      if (member.location() == ShapeRef.Location.QUERY
          && (required || BY_QUERY.contains(service))
          && member.target().kind() != Shape.Kind.MAP) {
        bindings.add(new Binding(Binding.Place.QUERY, member.wireName(), required));
      } else if (member.location() == ShapeRef.Location.HEADER && required) {
        bindings.add(
            new Binding(Binding.Place.HEADER, member.wireName().toLowerCase(Locale.ROOT), true));
      }
    }
    bindings.sort(Comparator.comparing(Binding::place).thenComparing(Binding::name));
    return bindings;
  }

  private static List<Member> members(OperationModel model) {
    return inputs(model).stream()
        .map(m -> new Member(m.name(), Member.Type.of(m.target().kind()), m.isRequired()))
        .sorted(Comparator.comparing(Member::name))
        .toList();
  }

  private static @Nullable String idempotencyToken(OperationModel model) {
    for (ShapeRef member : inputs(model)) {
      if (member.has(ShapeRef.Trait.IDEMPOTENCY_TOKEN)) {
        return member.name();
      }
    }
    return null;
  }

  private static List<ShapeRef> inputs(OperationModel model) {
    ShapeRef input = model.input();
    return input == null ? List.of() : input.target().members();
  }
}
