package io.countersign.cli;

import io.countersign.catalog.AccessLevel;
import io.countersign.catalog.AuthType;
import io.countersign.catalog.Catalog;
import io.countersign.catalog.Member;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Operation.Trait;
import io.countersign.catalog.OperationModel;
import io.countersign.catalog.Protocol;
import io.countersign.catalog.ResourceTemplate;
import io.countersign.catalog.Service;
import io.countersign.catalog.Shape;
import io.countersign.catalog.ShapeRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code countersign catalog show} prints. */
final class CatalogText {
  private CatalogText() {}

  /** One line for each service, and what the catalog is made of. */
  static String all(Catalog catalog) {
    StringBuilder text = new StringBuilder();
    for (Catalog.Source source : catalog.sources()) {
      text.append("# ").append(source.name()).append(" (").append(source.licence()).append(")\n");
    }
    for (Service service : catalog.services()) {
      text.append("%-40s %s%n".formatted(service.id(), words(service.protocols())).stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }

  /** A service, and one line for each of its operations. */
  static String of(Service service) {
    StringBuilder text = new StringBuilder(service.id());
    text.append('\n');
    row(text, "signs as", service.signingName());
    row(text, "IAM prefix", service.iamPrefix());
    row(text, "endpoint", service.endpointPrefix());
    row(text, "protocols", words(service.protocols()));
    row(text, "version", service.apiVersion());
    text.append('\n');
    for (Operation operation : service.operations()) {
      text.append(
          "  %-22s %-60s %s"
              .formatted(level(operation.level()), operation.name(), marks(operation))
              .stripTrailing());
      text.append('\n');
    }
    return text.toString();
  }

  private static String marks(Operation operation) {
    List<String> marks = new ArrayList<>();
    if (!operation.mapped()) {
      marks.add("no known IAM action");
    }
    if (operation.answersCredential()) {
      marks.add("answers a credential");
    }
    if (operation.passesRole()) {
      marks.add("passes a role");
    }
    if (operation.deprecated()) {
      marks.add("deprecated");
    }
    return String.join(", ", marks);
  }

  /** One operation. */
  static String of(Service service, Operation operation) {
    StringBuilder text = new StringBuilder(operation.id());
    text.append('\n');
    row(text, "access level", access(operation));
    row(text, "IAM actions", String.join(", ", operation.iamActions()));
    row(text, "read-only", operation.level().isReadOnly() ? "a read-only connector allows it" : "");
    row(text, "must be named", mustBeNamed(operation));
    row(text, "repeatable", repeatable(operation));
    row(text, "protocols", words(service.protocols()));
    row(text, "request", operation.httpMethod() + " " + operation.uri());
    row(text, "host prefix", operation.hostPrefix());
    row(text, "signed", signed(service, operation));
    row(text, "streams", streams(operation));
    row(text, "pages", operation.has(Trait.PAGINATED) ? pages(service, operation) : "");
    row(text, "waiters", String.join(", ", operation.waiters()));
    row(
        text,
        "resources",
        operation.resources().stream()
            .map(ResourceTemplate::arn)
            .collect(Collectors.joining("\n" + " ".repeat(17))));
    row(text, "deprecated", operation.deprecated() ? "yes" : "");
    text.append("\n  input\n");
    for (Member member : operation.members()) {
      text.append(
          "    %-40s %s%s"
              .formatted(
                  member.name(), member.type().words(), member.required() ? ", required" : "")
              .stripTrailing());
      text.append('\n');
    }
    OperationModel model = service.model().operation(operation.name()).orElseThrow();
    ShapeRef output = model.output();
    text.append("\n  output\n");
    if (output != null) {
      for (ShapeRef member : output.target().members()) {
        text.append("    %-40s %s%n".formatted(member.name(), kind(member.target().kind())));
      }
    }
    row(
        text.append('\n'),
        "errors",
        model.errors().stream().map(e -> e.target().name()).collect(Collectors.joining(", ")));
    return text.toString();
  }

  private static String access(Operation operation) {
    return operation.mapped()
        ? level(operation.level())
        : "Write, by default: no IAM action is known for it";
  }

  private static String level(AccessLevel level) {
    return switch (level) {
      case LIST -> "List";
      case READ -> "Read";
      case WRITE -> "Write";
      case TAGGING -> "Tagging";
      case PERMISSIONS_MANAGEMENT -> "Permissions management";
    };
  }

  private static String mustBeNamed(Operation operation) {
    List<String> reasons = new ArrayList<>();
    if (operation.answersCredential()) {
      reasons.add("its answer carries a credential");
    }
    if (operation.passesRole()) {
      reasons.add("it passes a role");
    }
    return reasons.isEmpty()
        ? ""
        : "in credential-operations, because " + String.join(" and ", reasons);
  }

  private static String repeatable(Operation operation) {
    String token = operation.idempotencyToken();
    if (operation.idempotent()) {
      return "yes" + (token == null ? "" : ", by " + token);
    }
    return token == null ? "no" : "with the same " + token;
  }

  private static String signed(Service service, Operation operation) {
    String how =
        switch (operation.auth()) {
          case V4 -> "SigV4";
          case NONE -> "not at all";
          case V4_UNSIGNED_PAYLOAD -> "SigV4, without the body";
          case V4A -> "SigV4a, or SigV4";
          case BEARER -> "with a bearer token, which the gateway does not hold";
          case V2 -> "Signature Version 2, which the gateway does not speak";
        };
    return operation.auth() == AuthType.NONE ? how : how + ", as " + service.signingName();
  }

  private static String streams(Operation operation) {
    List<String> streams = new ArrayList<>();
    for (Trait trait :
        List.of(
            Trait.STREAMS_INPUT, Trait.INPUT_EVENTS, Trait.STREAMS_OUTPUT, Trait.OUTPUT_EVENTS)) {
      if (operation.has(trait)) {
        streams.add(trait.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return String.join(", ", streams);
  }

  private static String pages(Service service, Operation operation) {
    return service
        .paginator(operation.name())
        .map(p -> "by " + String.join(", ", p.inputTokens()))
        .orElse("");
  }

  private static String words(Collection<Protocol> protocols) {
    return protocols.stream().map(Protocol::id).collect(Collectors.joining(", "));
  }

  private static String kind(Shape.Kind kind) {
    return Member.Type.of(kind).words();
  }

  /** Nothing where there is nothing to say. */
  private static void row(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("  %-14s %s%n".formatted(name, value));
    }
  }
}
