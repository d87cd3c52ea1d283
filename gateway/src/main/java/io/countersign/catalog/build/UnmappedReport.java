package io.countersign.catalog.build;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Operation;
import io.countersign.catalog.Service;
import java.util.List;

/** The list of operations of which no IAM action is known, for people who can close the gaps. */
public final class UnmappedReport {
  private UnmappedReport() {}

  /** A page in Markdown: for each service how many of how many, and which. */
  public static String of(Catalog catalog) {
    StringBuilder rows = new StringBuilder();
    int unmapped = 0;
    int all = 0;
    for (Service service : catalog.services()) {
      List<String> names =
          service.operations().stream().filter(o -> !o.mapped()).map(Operation::name).toList();
      all += service.operations().size();
      unmapped += names.size();
      if (!names.isEmpty()) {
        rows.append("| ")
            .append(service.id())
            .append(" | ")
            .append(names.size())
            .append(" of ")
            .append(service.operations().size())
            .append(" | ")
            .append(String.join(" ", names))
            .append(" |\n");
      }
    }
    return """
    # Operations without a known IAM action

    Made by `./countersign catalog build --unmapped docs/catalog-unmapped.md`: do not edit. The \
    Service Authorization
    Reference has no action of these operations' names, and no line of `actions.tsv` names \
    another. They count as
    `Write`: a read-only connector refuses them.

    %d of %d operations:

    | service | count | operations |
    |---|---|---|
    %s\
    """
        .formatted(unmapped, all, rows);
  }
}
