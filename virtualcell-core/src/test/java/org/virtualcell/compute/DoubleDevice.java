package org.virtualcell.compute;

import org.virtualcell.compute.DistanceReference.Cells;
import org.virtualcell.compute.spi.DenseKernels;
import org.virtualcell.compute.spi.DeviceBackend;
import org.virtualcell.compute.spi.DeviceProvider;
import org.virtualcell.compute.spi.DistanceKernels;
import org.virtualcell.compute.spi.LaneBackend;
import org.virtualcell.compute.spi.Memory;
import org.virtualcell.compute.spi.NeuralKernels;
import org.virtualcell.compute.spi.PackedData;
import org.virtualcell.compute.spi.TensorData;
import org.virtualcell.compute.spi.Workers;

/**
 * A device whose F32 and BF16 tensors hold doubles: networks run on it unchanged, so that their
 * formulas can be checked in double precision. Products and distances are written as the formulas
 * read; the neural operations are the Java device's, whose arithmetic is double. Slow, one thread.
 */
public final class DoubleDevice {
  private DoubleDevice() {}

  /** The device. */
  public static Device create() {
    return new CoreDevice(new Backend());
  }

  /** The numbers of a tensor, which may be changed. */
  public static double[] values(Tensor tensor) {
    return doubles((TensorData) tensor);
  }

  private static double[] doubles(TensorData tensor) {
    return (double[]) ((HeapMemory) tensor.memory()).array();
  }

  private static final class Backend extends DeviceBackend {
    @Override
    public DeviceInfo info() {
      return new DeviceInfo(
          "double", "doubles", Long.MAX_VALUE, "jvm", "test", DeviceProvider.CONTRACT, 0);
    }

    @Override
    public boolean supports(Op op, DType... types) {
      return true;
    }

    @Override
    public LaneBackend open(LaneOptions options, Workers workers) {
      return new DoubleLane(workers);
    }

    @Override
    public Memory allocate(DType type, long elements, LaneBackend lane) {
      return type == DType.F32 || type == DType.BF16
          ? HeapMemory.of(new double[Math.toIntExact(elements)])
          : HeapMemory.allocate(type, elements);
    }

    @Override
    public void release(Memory memory, LaneBackend lane) {
      ((HeapMemory) memory).clear();
    }
  }

  private static final class DoubleLane extends LaneBackend {
    private final NeuralKernels neural;

    DoubleLane(Workers workers) {
      neural = new HeapNeuralKernels(workers);
    }

    @Override
    public void upload(Object from, int fromIndex, Memory to, long toElement, int count) {
      if (((HeapMemory) to).array() instanceof double[] target) {
        for (int i = 0; i < count; i++) {
          target[(int) toElement + i] =
              from instanceof float[] f
                  ? f[fromIndex + i]
                  : HeapNumbers.widened(((short[]) from)[fromIndex + i]);
        }
      } else {
        System.arraycopy(from, fromIndex, ((HeapMemory) to).array(), (int) toElement, count);
      }
    }

    @Override
    public void download(Memory from, long fromElement, Object to, int toIndex, int count) {
      if (((HeapMemory) from).array() instanceof double[] source) {
        for (int i = 0; i < count; i++) {
          ((float[]) to)[toIndex + i] = (float) source[(int) fromElement + i];
        }
      } else {
        System.arraycopy(((HeapMemory) from).array(), (int) fromElement, to, toIndex, count);
      }
    }

    @Override
    public DenseKernels dense() {
      return new DoubleDense();
    }

    @Override
    public DistanceKernels distance() {
      return new DoubleDistance();
    }

    @Override
    public NeuralKernels neural() {
      return neural;
    }

    @Override
    public void close() {}
  }

  private static final class DoubleDense extends DenseKernels {
    @Override
    public void multiply(
        DenseProduct how,
        TensorData a,
        TensorData b,
        PackedData packed,
        TensorData out,
        Memory scratch) {
      double[] left = doubles(a);
      double[] right = doubles(b);
      double[] to = doubles(out);
      int m = (int) out.size(0);
      int n = (int) out.size(1);
      int k = (int) a.size(how.transposeA() ? 0 : 1);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int x = 0; x < k; x++) {
            sum +=
                left[how.transposeA() ? x * m + i : i * k + x]
                    * right[how.transposeB() ? j * k + x : x * n + j];
          }
          int at = i * n + j;
          double z = how.factor() * sum + (how.accumulate() ? to[at] : 0);
          z += how.bias() == null ? 0 : values(how.bias())[j];
          if (how.before() != null) {
            values(how.before())[at] = z;
          }
          to[at] =
              how.activation().of(z) + (how.residual() == null ? 0 : values(how.residual())[at]);
        }
      }
    }

    @Override
    public void convert(TensorData from, TensorData to) {
      System.arraycopy(doubles(from), 0, doubles(to), 0, doubles(from).length);
    }
  }

  private static final class DoubleDistance extends DistanceKernels {
    @Override
    public void energy(
        TensorData x,
        TensorData y,
        TensorData weight,
        TensorData out,
        TensorData gradient,
        Memory scratch) {
      int s = (int) x.size(1);
      int t = (int) y.size(1);
      int columns = (int) x.size(2);
      for (int set = 0; set < x.size(0); set++) {
        Cells a = new Cells(doubles(x), set * s, s, columns);
        Cells b = new Cells(doubles(y), set * t, t, columns);
        doubles(out)[set] = DistanceReference.energy(a, b);
        if (gradient != null) {
          double[] slope = DistanceReference.energyGradient(a, b, doubles(weight)[set]).value();
          System.arraycopy(slope, 0, doubles(gradient), set * s * columns, slope.length);
        }
      }
    }
  }
}
