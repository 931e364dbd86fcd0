package org.virtualcell.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.CellState;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AtomicFile;
import org.virtualcell.io.H5adCopy;
import org.virtualcell.model.embedding.EmbeddedCells;
import org.virtualcell.model.embedding.LinearEmbedding;
import org.virtualcell.provenance.Json;
import org.virtualcell.stats.PrincipalComponents;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives every cell of a file a short vector. */
@Command(
    name = "embed",
    header = "Give every cell a short vector, kept in the file's obsm.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {
      "vc embed --data FILE --fit pca:50 [--model-out FILE] --out FILE",
      "       vc embed --data FILE --model FILE --out FILE"
    },
    descriptionHeading = "%n",
    description =
        "Writes a copy of the file, all else as it was, with the vectors as scanpy and anndata read"
            + " them. Genes are matched by name.",
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc embed --data cells.h5ad --fit pca:50 --model-out pca.safetensors --out embedded.h5ad",
      "  vc embed --data new.h5ad --model pca.safetensors --out new-embedded.h5ad"
    })
final class EmbedVerb extends Verb {
  private static final String PCA = "pca:";

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "Cells (.h5ad).")
  private Path data;

  @ArgGroup(multiplicity = "1")
  private Origin origin;

  /** Where the embedding comes from. */
  static final class Origin {
    @Option(
        names = "--model",
        required = true,
        paramLabel = "FILE",
        description = "An embedding that was kept with --model-out.")
    private Path model;

    @Option(
        names = "--fit",
        required = true,
        paramLabel = "KIND",
        description = "Fit one to these cells: pca:N, N principal components of log1p values.")
    private String fit;
  }

  @Option(
      names = "--model-out",
      paramLabel = "FILE",
      description = "Keep the embedding that --fit makes (.safetensors).")
  private Path modelOut;

  @Option(
      names = "--key",
      paramLabel = "NAME",
      description = "Name in obsm. Default: ${DEFAULT-VALUE}.")
  private String key = "X_vc_pca";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path out;

  @Option(names = "--force", description = "Replace files, and a vector of the same name.")
  private boolean force;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the fit. Default: 0.")
  private long seed;

  @Option(
      names = "--matrix",
      paramLabel = "NAME",
      description = "Matrix to read: X, raw or layers/NAME. Default: X.")
  private String matrix = "X";

  @Option(
      names = "--units",
      paramLabel = "UNITS",
      converter = CellOptions.UnitsConverter.class,
      description = "What its values are: counts, log1p or log1p:TOTAL. Default: detected.")
  private ExpressionUnits units;

  @ArgGroup(validate = false, heading = "%nWhere the work runs:%n")
  private DeviceOptions devices = new DeviceOptions();

  EmbedVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    int components = origin.fit == null ? 0 : components(origin.fit);
    if (modelOut != null && origin.fit == null) {
      throw usageError("--model-out keeps what --fit makes; with --model leave it out");
    }
    AtomicFile.requireWritable(out, force);
    if (modelOut != null) {
      AtomicFile.requireWritable(modelOut, force);
    }
    progress.update("reading cells", 0, 1);
    LinearEmbedding embedding;
    EmbeddedCells cells;
    CellOptions reading = new CellOptions();
    reading.matrix = matrix;
    reading.units = units;
    try (AnnotatedData file = reading.open(data)) {
      ExpressionUnits of = file.units().require(data.toString());
      embedding =
          origin.model != null ? LinearEmbedding.load(origin.model) : fit(file, of, components);
      cells = embedding.transform(file.expression(), file.genes(), of, data.toString(), progress);
    }
    progress.check("writing");
    if (modelOut != null) {
      embedding.save(modelOut, force);
    }
    new H5adCopy(data)
        .embedding(key, cells.values(), cells.dimensions())
        .provenance(key, facts(embedding, cells))
        .write(out, force);
    progress.close();
    report(embedding, cells);
    return ExitStatus.DONE;
  }

  private int components(String kind) {
    try {
      int count =
          kind.toLowerCase(Locale.ROOT).startsWith(PCA)
              ? Integer.parseInt(kind.substring(PCA.length()))
              : 0;
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message for all mistakes
    }
    throw usageError("'" + kind + "' cannot be fitted; there is pca:N, such as pca:50");
  }

  private LinearEmbedding fit(AnnotatedData file, ExpressionUnits of, int components) {
    CellState cells =
        CellState.of(file.genes(), file.expressionInMemory(), of, CellContext.of("all cells"));
    PrincipalComponents.Options plain = PrincipalComponents.Options.of(components);
    try (Lane lane = devices.select().open(LaneOptions.defaults().withThreads(devices.threads))) {
      return LinearEmbedding.fit(
          lane,
          cells,
          new PrincipalComponents.Options(
              components, plain.extra(), plain.products(), plain.scaled(), seed),
          data.getFileName().toString());
    }
  }

  private static String facts(LinearEmbedding embedding, EmbeddedCells cells) {
    var facts = Json.object();
    facts.put("embedding", embedding.digest().toString());
    facts.put("kind", "pca");
    facts.put("dimensions", embedding.dimensions());
    facts.put("units", embedding.units().toString());
    facts.put("gene_coverage", cells.coverage());
    facts.set("missing_genes", Json.tree(cells.missing()));
    facts.set("fitted", Json.tree(embedding.provenance()));
    return Json.line(facts);
  }

  private void report(LinearEmbedding embedding, EmbeddedCells cells) {
    terminal()
        .results()
        .printf(
            Locale.ROOT,
            "%d cells in %d dimensions (%.1f %% of the variance of the cells fitted to)%n",
            cells.cells(),
            cells.dimensions(),
            100 * embedding.explained());
    if (!cells.missing().isEmpty()) {
      terminal()
          .results()
          .printf(
              Locale.ROOT,
              "%d of %d genes are missing and stand at their mean: %s%n",
              cells.missing().size(),
              embedding.genes().size(),
              String.join(", ", cells.missing().stream().limit(5).toList())
                  + (cells.missing().size() > 5 ? ", ..." : ""));
    }
    terminal().results().println("Written to " + out + " as obsm/" + key);
    if (modelOut != null) {
      terminal().results().println("Embedding kept in " + modelOut);
    }
  }
}
