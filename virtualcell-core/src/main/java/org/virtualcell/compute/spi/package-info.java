/**
 * How to implement a device.
 *
 * <ol>
 *   <li>Write a {@link org.virtualcell.compute.spi.DeviceProvider}, name it in {@code
 *       META-INF/services/org.virtualcell.compute.spi.DeviceProvider}, and return {@code
 *       DeviceStatus.present(backend)} for each device found and {@code DeviceStatus.absent(id,
 *       reason)} for each that one could expect.
 *   <li>Extend {@link org.virtualcell.compute.spi.DeviceBackend}: facts, {@code allocate}, {@code
 *       release}, {@code open}. {@link org.virtualcell.compute.spi.Memory} is yours: a record
 *       around an address will do, and a kernel casts what it is given back to it.
 *   <li>Extend {@link org.virtualcell.compute.spi.LaneBackend}: {@code upload}, {@code download},
 *       {@code close}; a device with a queue of its own also {@code synchronize}, marks and
 *       capture.
 *   <li>Extend {@link org.virtualcell.compute.spi.SparseKernels} and return it from the lane.
 *       Kernels on the processor split their rows or genes into chunks of a size fixed by the
 *       shapes and give them to {@link org.virtualcell.compute.spi.Workers}.
 *   <li>Extend the contract test of core's test-jar with a method that returns your device, and run
 *       it.
 * </ol>
 *
 * <p>All the rest lives once in core and is not yours: shapes, types, ranges and index order are
 * checked, tensors are open and of your device, one thread at a time is in a lane, inputs and
 * outputs are different tensors, bytes are counted against limits, scratch is reserved, forgotten
 * tensors are released. A kernel that finds the device failing raises {@link
 * org.virtualcell.api.DeviceException}; core adds the operation's name to any other exception. A
 * device that will not recover says so from {@code lostReason()}.
 */
package org.virtualcell.compute.spi;
