package org.virtualcell.compute;

import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/** The distance kernels of one lane of the Java device. */
final class HeapDistanceKernels extends DistanceKernels {
  private final Workers workers;
  private HeapDistances distances;
  private HeapEnergy energy;
  private HeapGroupDistances groupDistances;

  HeapDistanceKernels(Workers workers) {
    this.workers = workers;
  }

  @Override
  public long scratchBytes(Op op, TensorData x, TensorData y) {
    return switch (op) {
      case MEAN_DISTANCES, ENERGY_DISTANCE, ENERGY_GRADIENT -> HeapEnergy.scratchBytes(x, y);
      case GROUP_DISTANCES -> HeapGroupDistances.scratchBytes(x, y);
      default -> 0;
    };
  }

  @Override
  public void distances(
      TensorData x, TensorData y, boolean squared, TensorData out, Memory scratch) {
    prepare();
    distances.run(x, y, squared, out);
  }

  @Override
  public void meanDistances(TensorData x, TensorData y, TensorData out, Memory scratch) {
    prepare();
    energy.run(x, y, false, null, out, null, scratch);
  }

  @Override
  public void energy(
      TensorData x,
      TensorData y,
      TensorData weight,
      TensorData out,
      TensorData gradient,
      Memory scratch) {
    prepare();
    energy.run(x, y, true, weight, out, gradient, scratch);
  }

  @Override
  public void groupDistances(
      TensorData x, TensorData start, TensorData means, TensorData slopes, Memory scratch) {
    prepare();
    groupDistances.run(x, start, means, slopes, scratch);
  }

  /** Makes the workers' tiles at the first call: lanes that ask for no distances need none. */
  private void prepare() {
    if (distances != null) {
      return;
    }
    HeapDistanceTile[] tiles = new HeapDistanceTile[workers.threads()];
    for (int w = 0; w < tiles.length; w++) {
      tiles[w] = new HeapDistanceTile();
    }
    distances = new HeapDistances(workers, tiles);
    energy = new HeapEnergy(workers, tiles);
    groupDistances = new HeapGroupDistances(workers, tiles);
  }
}
