package org.virtualcell.compute;

import org.virtualcell.api.CsrMatrix;
import org.virtualcell.api.ExpressionMatrix;
import org.virtualcell.compute.spi.Memory;

/**
 * An ordered queue of work on one device: a stream on a graphics card; on a processor, work runs at
 * once. One thread at a time may use a lane; a second one gets an exception. Threads may take
 * turns.
 *
 * <p>Operations return when enqueued, write into tensors the caller made (output last), allocate
 * nothing and create no garbage with one thread or the library's own helpers. Only {@code download}
 * and {@link #synchronize()} wait, and there errors of a queue's work appear. Every operation
 * checks its operands on entry: a shape, type or value that breaks its rules is an {@link
 * org.virtualcell.api.InvalidDataException}, a closed operand a {@link
 * org.virtualcell.api.ClosedException}, an operand of another device, one in use by another thread
 * or one passed both as input and output a {@link org.virtualcell.api.DeviceException}; nothing is
 * enqueued then.
 */
public sealed interface Lane extends AutoCloseable permits CoreLane {
  /**
   * The device.
   *
   * @return the device that opened this lane
   */
  Device device();

  /**
   * The options it was opened with.
   *
   * @return the options
   */
  LaneOptions options();

  /**
   * A new tensor with undefined content.
   *
   * @param type the type of its elements
   * @param shape the size of each dimension, zero or more
   * @return a tensor the caller closes
   * @throws org.virtualcell.api.InvalidDataException if a size is negative
   * @throws org.virtualcell.api.MemoryBudgetException if it exceeds the lane's or the device's
   *     memory; the message names the numbers
   */
  Tensor tensor(DType type, long... shape);

  /**
   * Copies an expression matrix to the device, block by block, checking it on the way.
   *
   * @param matrix cells x genes
   * @param packing how to store it
   * @return a tensor the caller closes
   * @throws org.virtualcell.api.InvalidDataException if offsets, genes or values break the rules of
   *     {@link ExpressionMatrix} or of the packing; the message names the row and gene
   * @throws org.virtualcell.api.MemoryBudgetException if it exceeds the lane's or the device's
   *     memory
   */
  CsrTensor csr(ExpressionMatrix matrix, Packing packing);

  /**
   * A new {@link Packing#PLAIN} tensor with the structure of another and undefined values, to
   * receive {@link SparseOps#logNormalize}.
   *
   * @param structure the tensor whose rows and genes it gets
   * @return a tensor the caller closes
   * @throws org.virtualcell.api.MemoryBudgetException if it exceeds the lane's or the device's
   *     memory
   */
  CsrTensor csrLike(CsrTensor structure);

  /**
   * A tensor around memory of the host application, which keeps it and frees it after the tensor is
   * closed. Not counted. For interoperation; the memory's extent is trusted.
   *
   * @param memory the backend's kind of memory
   * @param type the type of its elements
   * @param shape the size of each dimension
   * @return a tensor the caller closes
   * @throws org.virtualcell.api.InvalidDataException if a size is negative
   */
  Tensor wrap(Memory memory, DType type, long... shape);

  /**
   * A {@link Packing#PLAIN} sparse tensor around memory of the host application, which keeps it and
   * frees it after the tensor is closed. Not counted. Its content is read once and checked; its
   * extent, and that it stays as it is, are trusted.
   *
   * @param rows the number of cells
   * @param genes the number of genes
   * @param nonZeros the number of values
   * @param rowStart {@link DType#I64}, rows + 1
   * @param gene {@link DType#I32}, nonZeros
   * @param value {@link DType#F32}, nonZeros
   * @return a tensor the caller closes
   * @throws org.virtualcell.api.InvalidDataException if offsets, genes or values break the rules of
   *     {@link ExpressionMatrix}
   */
  CsrTensor wrapCsr(
      long rows, int genes, long nonZeros, Memory rowStart, Memory gene, Memory value);

  /**
   * Operations on sparse expression.
   *
   * @return the same object at every call
   */
  SparseOps sparse();

  /**
   * Operations on dense products and the elementwise work around them.
   *
   * @return the same object at every call
   */
  DenseOps dense();

  /**
   * Operations on rank-sum tests.
   *
   * @return the same object at every call
   */
  RankOps rank();

  /**
   * Operations on distances between cells, energy distance and principal components.
   *
   * @return the same object at every call
   */
  DistanceOps distance();

  /**
   * Operations of neural networks beside their dense products, and of their optimiser.
   *
   * @return the same object at every call
   */
  NeuralOps neural();

  /**
   * Operations that draw random numbers.
   *
   * @return the same object at every call
   */
  RandomOps random();

  /**
   * Copies into a whole tensor. The array may be reused when this returns.
   *
   * @param from the elements, row-major; a primitive array of the kind {@link DType} states, as
   *     long as the tensor has elements
   * @param to the tensor
   * @throws org.virtualcell.api.InvalidDataException if kind or length differ
   */
  void upload(Object from, Tensor to);

  /**
   * Copies a part of an array into a part of a tensor. The array may be reused when this returns.
   *
   * @param from a primitive array of the kind {@link DType} states
   * @param fromIndex the first element taken
   * @param to the tensor
   * @param toElement where it goes, counted in elements of the row-major tensor
   * @param count how many elements
   * @throws org.virtualcell.api.InvalidDataException if kinds differ or a range is exceeded
   */
  void upload(Object from, int fromIndex, Tensor to, long toElement, int count);

  /**
   * Waits for the queue and copies a whole tensor out.
   *
   * @param from the tensor
   * @param to receives the elements, row-major; a primitive array of the kind {@link DType} states,
   *     as long as the tensor has elements
   * @throws org.virtualcell.api.InvalidDataException if kind or length differ
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  void download(Tensor from, Object to);

  /**
   * Waits for the queue and copies a part of a tensor out.
   *
   * @param from the tensor
   * @param fromElement the first element taken, counted in elements of the row-major tensor
   * @param to a primitive array of the kind {@link DType} states
   * @param toIndex where it goes
   * @param count how many elements
   * @throws org.virtualcell.api.InvalidDataException if kinds differ or a range is exceeded
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  void download(Tensor from, long fromElement, Object to, int toIndex, int count);

  /**
   * Waits for the queue and copies a sparse tensor out.
   *
   * @param from the tensor
   * @return its values
   * @throws org.virtualcell.api.InvalidDataException if it holds more than one matrix can, or a
   *     value that is not finite
   * @throws org.virtualcell.api.DeviceException if queued work failed
   */
  CsrMatrix download(CsrTensor from);

  /**
   * Waits for the queue.
   *
   * @throws org.virtualcell.api.DeviceException if queued work failed; the message names the
   *     operation
   */
  void synchronize();

  /**
   * Marks the present end of the queue.
   *
   * @return an event the caller closes
   */
  Event mark();

  /**
   * Lets work enqueued from now on wait until an event was reached. Does not block the caller.
   *
   * @param event an event of a lane of the same device
   */
  void await(Event event);

  /**
   * Records a step: calls it once, lists the operations it asks for on this lane and runs none of
   * them. Inside, only operations are allowed: no new tensor, no copying, no waiting, no recording,
   * and scratch does not grow, so run the step once before recording it or call {@link
   * #reserveScratch}.
   *
   * @param step asks for operations on this lane
   * @return the recorded step, which the caller closes
   * @throws org.virtualcell.api.DeviceException if the step does what is not allowed
   * @throws org.virtualcell.api.MemoryBudgetException if the step needs more scratch than reserved
   */
  Replay record(Runnable step);

  /**
   * Makes the lane's scratch at least so large.
   *
   * @param bytes zero or more, from a {@code scratchBytes} method of an operation
   * @throws org.virtualcell.api.MemoryBudgetException if it exceeds the scratch budget or the
   *     device's memory
   */
  void reserveScratch(long bytes);

  /**
   * Waits for the queue and gives the lane's scratch back; idempotent. Tensors live on. Errors of
   * queued work are logged, not thrown; call {@link #synchronize()} first to see them.
   */
  @Override
  void close();
}
