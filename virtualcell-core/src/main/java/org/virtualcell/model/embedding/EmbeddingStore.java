package org.virtualcell.model.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.ExpressionUnits;
import org.virtualcell.api.GeneVocabulary;
import org.virtualcell.io.Safetensors;
import org.virtualcell.provenance.Json;

/**
 * A linear embedding as a safetensors file: double tensors {@code mean} and {@code spread} [genes],
 * {@code loadings} [genes, dimensions], {@code variance} [dimensions]; genes, units and provenance
 * as JSON in the metadata.
 */
final class EmbeddingStore {
  private static final String FORMAT = "virtualcell-embedding/1";
  private static final String KIND = "pca";

  private EmbeddingStore() {}

  static void write(LinearEmbedding embedding, Path file, boolean force) {
    int genes = embedding.genes().size();
    int dimensions = embedding.dimensions();
    double[] mean = new double[genes];
    double[] spread = new double[genes];
    double[] variance = new double[dimensions];
    Arrays.setAll(mean, embedding::mean);
    Arrays.setAll(spread, embedding::spread);
    Arrays.setAll(variance, embedding::variance);
    ObjectNode config = Json.object();
    config.put("kind", KIND);
    config.put("dimensions", dimensions);
    config.put("total_variance", embedding.totalVariance());
    OptionalDouble total = ((ExpressionUnits.LogNormalized) embedding.units()).total();
    total.ifPresent(t -> config.put("log1p_total", t));
    config.set("gene_ids", Json.tree(embedding.genes().ids()));
    config.set("gene_symbols", Json.tree(embedding.genes().symbols()));
    Safetensors.writer()
        .metadata("format", FORMAT)
        .metadata("config", Json.line(config))
        .metadata("provenance", Json.line(embedding.provenance()))
        .metadata("digest", embedding.digest().hex())
        .put("mean", mean, genes)
        .put("spread", spread, genes)
        .put("variance", variance, dimensions)
        .put("loadings", embedding.loadings(), genes, dimensions)
        .write(file, force);
  }

  static LinearEmbedding read(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      Map<String, String> metadata = tensors.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw damaged("The file is no embedding of this library (" + FORMAT + ")", file);
      }
      JsonNode config = json(metadata, "config", file);
      if (!config.path("kind").asText().equals(KIND)) {
        throw damaged(
            "Embeddings of kind '" + config.path("kind").asText() + "' are unknown", file);
      }
      GeneVocabulary genes = genes(config, file);
      int dimensions = config.path("dimensions").asInt();
      double[] loadings = doubles(tensors, "loadings", file, genes.size(), dimensions);
      LinearEmbedding embedding =
          new LinearEmbedding(
              genes,
              config.has("log1p_total")
                  ? ExpressionUnits.logNormalized(config.get("log1p_total").asDouble())
                  : ExpressionUnits.logNormalizedToUnstatedTotal(),
              doubles(tensors, "mean", file, genes.size()),
              doubles(tensors, "spread", file, genes.size()),
              loadings,
              doubles(tensors, "variance", file, dimensions),
              config.path("total_variance").asDouble(),
              facts(json(metadata, "provenance", file)));
      if (!embedding.digest().hex().equals(metadata.get("digest"))) {
        throw damaged("The content does not agree with its digest, the file was changed", file);
      }
      return embedding;
    }
  }

  private static JsonNode json(Map<String, String> metadata, String key, Path file) {
    if (!metadata.containsKey(key)) {
      throw damaged("Metadata '" + key + "' is missing", file);
    }
    return Json.read(metadata.get(key), file + ", metadata '" + key + "'");
  }

  private static GeneVocabulary genes(JsonNode config, Path file) {
    List<String> ids = new ArrayList<>();
    List<String> symbols = new ArrayList<>();
    config.path("gene_ids").forEach(id -> ids.add(id.asText()));
    config.path("gene_symbols").forEach(symbol -> symbols.add(symbol.asText()));
    if (ids.isEmpty() || ids.size() != symbols.size()) {
      throw damaged("The genes of the embedding are missing", file);
    }
    return GeneVocabulary.of(ids, symbols);
  }

  private static Map<String, String> facts(JsonNode provenance) {
    Map<String, String> facts = new TreeMap<>();
    provenance.properties().forEach(f -> facts.put(f.getKey(), f.getValue().asText()));
    return facts;
  }

  private static double[] doubles(Safetensors tensors, String name, Path file, long... shape) {
    if (!tensors.names().contains(name)
        || tensors.type(name) != Safetensors.Type.F64
        || !Arrays.equals(tensors.shape(name), shape)) {
      throw damaged(
          "Tensor '" + name + "' is missing or not F64 of shape " + Arrays.toString(shape), file);
    }
    double[] values = tensors.doubles(name);
    for (double value : values) {
      if (!Double.isFinite(value) || name.equals("spread") && value <= 0) {
        throw damaged("Tensor '" + name + "' holds " + value, file);
      }
    }
    return values;
  }

  private static DataFormatException damaged(String what, Path file) {
    return new DataFormatException(
        what, file.toString(), "Fit the embedding again, or restore the file.");
  }
}
