package org.virtualcell.bench.race;

import java.io.IOException;
import java.util.Arrays;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.Packing;
import org.virtualcell.stats.RankSumTest;

/**
 * Rank-sum tests of all groups against group 0, from cells on the device to p-values: matrix x,
 * group of each cell, values groups and packing, and totals where shares are ranked; results u and
 * p without group 0.
 */
public final class RankRacer implements Racer {
  private Lane lane;
  private CsrTensor x;
  private int[] group;
  private int groups;
  private long[] totals;
  private RankSumTest test;
  private double[][] p;

  /** Creates the racer. */
  public RankRacer() {}

  @Override
  public void prepare(RaceInputs inputs, Lane on) throws IOException {
    lane = on;
    x = lane.csr(inputs.csr("x"), Packing.valueOf(inputs.text("packing")));
    group = inputs.ints("group");
    groups = inputs.number("groups");
    totals = inputs.text("shares").equals("1") ? inputs.longs("totals") : null;
    p = new double[groups][];
  }

  @Override
  public void run() {
    test =
        totals == null
            ? RankSumTest.ofValues(lane, x, group, groups, 0)
            : RankSumTest.ofShares(lane, x, totals, group, groups, 0);
    Arrays.setAll(p, test::p);
  }

  @Override
  public void save(RaceOutputs outputs) throws IOException {
    int genes = x.genes();
    double[] u = new double[(groups - 1) * genes];
    double[] allP = new double[u.length];
    for (int g = 1; g < groups; g++) {
      for (int gene = 0; gene < genes; gene++) {
        u[(g - 1) * genes + gene] = test.u(g, gene);
      }
      System.arraycopy(p[g], 0, allP, (g - 1) * genes, genes);
    }
    outputs.write("u", u);
    outputs.write("p", allP);
  }

  @Override
  public void close() {
    x.close();
  }
}
