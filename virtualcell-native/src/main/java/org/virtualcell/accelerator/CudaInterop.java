package org.virtualcell.accelerator;

import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Pointer;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.DeviceException;
import org.virtualcell.api.InvalidDataException;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;

/**
 * Shares an application's own CUDA memory and streams with this library. Needs the application to
 * have {@code org.bytedeco:cuda-platform} on its class path; nothing else in this jar does.
 */
public final class CudaInterop {
  private CudaInterop() {}

  /**
   * Options for a lane that works on the application's stream.
   *
   * @param options the other options
   * @param stream the stream; it must outlive the lane and is not destroyed with it
   * @return the options, for {@link org.virtualcell.compute.Device#open}
   * @throws InvalidDataException if the stream is null
   */
  public static LaneOptions onStream(LaneOptions options, CUstream_st stream) {
    if (stream == null || stream.isNull()) {
      throw new InvalidDataException(
          "There is no stream", "stream", "Pass a stream made by cudaStreamCreate.");
    }
    return options.withStream(stream.address());
  }

  /**
   * A tensor around the application's device memory. The application keeps the memory, and keeps it
   * valid until the tensor is closed; its extent is trusted.
   *
   * @param lane a lane of the graphics card that holds the memory
   * @param memory where the elements begin, row-major
   * @param type the type of the elements
   * @param shape the size of each dimension
   * @return a tensor the caller closes
   * @throws DeviceException if the lane's device is not a graphics card
   * @throws InvalidDataException if the memory is null while the shape has elements
   */
  public static Tensor tensor(Lane lane, Pointer memory, DType type, long... shape) {
    String family = lane.device().info().family();
    if (!family.equals("cuda") && !family.equals("emulated")) {
      throw new DeviceException(
          "Device memory was given to a lane of device '" + family + "'",
          "lane",
          "Open the lane on the graphics card that holds the memory.");
    }
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    long address = memory == null || memory.isNull() ? 0 : memory.address();
    if (address == 0 && elements > 0) {
      throw new InvalidDataException(
          "There is no memory for " + elements + " elements", "memory", "Pass a device pointer.");
    }
    return lane.wrap(new Address(address, type, elements * type.bytes()), type, shape);
  }

  /**
   * A sparse tensor from the application's device arrays. They are checked as all data that enter:
   * copied to the host, validated, and copied to the device again, so that a wrong index is an
   * exception. The application's arrays are only read and not needed afterwards.
   *
   * @param lane a lane of the graphics card that holds the arrays
   * @param rows the number of cells
   * @param genes the number of genes
   * @param nonZeros the number of values, fewer than 2^31
   * @param rowStart {@link DType#I32}, rows + 1
   * @param gene {@link DType#I32}, nonZeros
   * @param value {@link DType#F32}, nonZeros
   * @param packing how to store it
   * @return a tensor the caller closes
   * @throws InvalidDataException if a rule of {@link CsrMatrix} is broken; the message names the
   *     row
   * @throws DeviceException if the lane's device is not a graphics card
   */
  public static CsrTensor csr(
      Lane lane,
      int rows,
      int genes,
      int nonZeros,
      Pointer rowStart,
      Pointer gene,
      Pointer value,
      Packing packing) {
    if (rows < 0 || genes < 0 || nonZeros < 0 || rows == Integer.MAX_VALUE) {
      throw new InvalidDataException(
          "A matrix has a size out of range",
          rows + " x " + genes + ", " + nonZeros + " values",
          "Pass sizes of zero or more.");
    }
    int[] starts = new int[rows + 1];
    int[] columns = new int[nonZeros];
    float[] values = new float[nonZeros];
    try (Tensor a = tensor(lane, rowStart, DType.I32, rows + 1L);
        Tensor b = tensor(lane, gene, DType.I32, nonZeros);
        Tensor c = tensor(lane, value, DType.F32, nonZeros)) {
      lane.download(a, starts);
      lane.download(b, columns);
      lane.download(c, values);
    }
    return lane.csr(CsrMatrix.wrap(rows, genes, starts, columns, values), packing);
  }
}
