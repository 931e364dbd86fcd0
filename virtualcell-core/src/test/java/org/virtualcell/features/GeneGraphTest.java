package org.virtualcell.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.virtualcell.api.DataFormatException;
import org.virtualcell.api.InvalidDataException;

class GeneGraphTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private GeneGraph path() throws IOException {
    return GeneGraph.edges(
        write("g.tsv", "A\tB\tx\nB\tC\tx\nB\tA\ty\nC\tD\tz\nD\tD\tself\n"), GeneGraph.Format.PAIRS);
  }

  @Test
  void edgesHaveNoDirectionAndCountOnce() throws IOException {
    GeneGraph graph = path();
    assertEquals(3, graph.edges());
    assertEquals(List.of("A", "B", "C", "D"), graph.genes());
    assertEquals(Set.of("A", "B", "C"), graph.neighbourhoods().genes().get("B"));
  }

  @Test
  void scoresBelowTheLeastAreLeftOutAndTheHeaderIsPassedOver() throws IOException {
    Path file =
        write("string.txt", "protein1 protein2 combined_score\nA B 900\nB C 399\nA B 450\nC D 400");
    GeneGraph graph = GeneGraph.edges(file, GeneGraph.Format.STRING);
    assertEquals(2, graph.edges());
    assertEquals(Set.of("A", "B"), graph.neighbourhoods().genes().get("B"));
  }

  @Test
  void badEdgesAreRefusedWithTheLine() throws IOException {
    Path one = write("one.tsv", "A\tB\nC\n");
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> GeneGraph.edges(one, GeneGraph.Format.PAIRS));
    assertTrue(e.getMessage().contains("line 2"), e.getMessage());
    Path word = write("word.tsv", "a\tb\tscore\nA\tB\thigh\n");
    DataFormatException w =
        assertThrows(
            DataFormatException.class, () -> GeneGraph.edges(word, GeneGraph.Format.STRING));
    assertTrue(w.getMessage().contains("'high'"), w.getMessage());
    Path negative = write("negative.tsv", "a\tb\tscore\nA\tB\t-1\n");
    assertThrows(
        DataFormatException.class, () -> GeneGraph.edges(negative, GeneGraph.Format.STRING));
  }

  /** Against r (I - (1 - r) W)^-1 by a dense solver. */
  @Test
  void diffusionIsTheClosedFormOfWalksWithRestart() throws IOException {
    GeneGraph graph = path();
    double r = 0.3;
    double[][] step = new double[4][4]; // column: from
    step[1][0] = 1;
    step[0][1] = 0.5;
    step[2][1] = 0.5;
    step[1][2] = 0.5;
    step[3][2] = 0.5;
    step[2][3] = 1;
    SimpleMatrix wanted =
        SimpleMatrix.identity(4).minus(new SimpleMatrix(step).scale(1 - r)).invert().scale(r);
    FeatureTable table = graph.diffusion(r, graph.genes());
    for (int from = 0; from < 4; from++) {
      float[] got = table.find(graph.genes().get(from)).orElseThrow();
      for (int to = 0; to < 4; to++) {
        assertEquals(wanted.get(to, from), got[to], 1e-6, from + " to " + to);
      }
    }
  }

  @Test
  void genesWithoutAnEdgeAreMissing() throws IOException {
    GeneGraph graph = path();
    assertFalse(graph.diffusion(0.5, List.of("A", "unknown")).has("unknown"));
    assertThrows(InvalidDataException.class, () -> graph.diffusion(0.5, List.of("unknown")));
    assertThrows(InvalidDataException.class, () -> graph.diffusion(0, List.of("A")));
  }

  /** Count by the feasibility study on the same file. */
  @Test
  void theRegulatoryNetworkCoversTwelveOfTheThirtyBundledTargets() {
    GeneGraph graph =
        GeneGraph.edges(Knowledge.file("trrust_rawdata.human.tsv"), GeneGraph.Format.PAIRS);
    FeatureTable near = graph.neighbourhoods().weighted();
    Coverage coverage = near.coverage(Knowledge.normanTargets());
    assertEquals(12, coverage.covered(), coverage.toString() + coverage.missing());
  }
}
