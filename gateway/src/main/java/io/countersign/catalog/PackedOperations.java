package io.countersign.catalog;

import io.countersign.catalog.Operation.Binding;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section of a service's operations, as routing and policy need them. */
final class PackedOperations {
  private PackedOperations() {}

  static byte[] write(Collection<Operation> operations) {
    PackedOutput out = new PackedOutput();
    out.list(operations, operation -> write(out, operation));
    return out.section();
  }

  private static void write(PackedOutput out, Operation operation) {
    out.text(operation.name()).constant(operation.level()).textList(operation.iamActions());
    out.number(Traits.bits(operation.traits())).text(operation.httpMethod());
    out.text(operation.uri()).constant(operation.auth()).text(operation.hostPrefix());
    out.list(operation.bindings(), b -> out.constant(b.place()).text(b.name()).flag(b.required()));
    out.list(operation.members(), m -> out.text(m.name()).constant(m.type()).flag(m.required()));
    out.textOrNull(operation.idempotencyToken()).textList(operation.waiters());
    out.list(operation.resources(), r -> out.text(r.type()).text(r.arn()));
  }

  static List<Operation> read(String service, byte[] section) {
    PackedInput in = PackedInput.section(section);
    Map<Integer, Set<Operation.Trait>> sets = new HashMap<>();
    return in.list(() -> operation(service, in, sets));
  }

  /** {@code sets} has each set of traits once, and each equal binding and member too. */
  private static Operation operation(
      String service, PackedInput in, Map<Integer, Set<Operation.Trait>> sets) {
    return new Operation(
        service,
        in.text(),
        in.constant(AccessLevel.values()),
        in.textList(),
        sets.computeIfAbsent(
            in.number(), bits -> Set.copyOf(Traits.set(Operation.Trait.class, bits))),
        in.text(),
        in.text(),
        in.constant(AuthType.values()),
        in.text(),
        in.list(() -> new Binding(in.constant(Binding.Place.values()), in.text(), in.flag())),
        in.list(() -> new Member(in.text(), in.constant(Member.Type.values()), in.flag())),
        in.textOrNull(),
        in.textList(),
        in.list(() -> new ResourceTemplate(in.text(), in.text())));
  }
}
