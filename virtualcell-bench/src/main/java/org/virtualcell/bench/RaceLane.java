package org.virtualcell.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.virtualcell.api.CsrMatrix;
import org.virtualcell.compute.CsrTensor;
import org.virtualcell.compute.DType;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Packing;
import org.virtualcell.compute.Tensor;

/**
 * Our side of {@code race/race.py}: holds the operands the script wrote, and for each line "run" on
 * standard input computes CSR x dense once and prints wall and processor nanoseconds; "save" writes
 * the result.
 */
public final class RaceLane {
  private RaceLane() {}

  /**
   * Runs until standard input ends.
   *
   * @param args folder, cells, genes, columns, device, threads, packing
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int cells = Integer.parseInt(args[1]);
    int genes = Integer.parseInt(args[2]);
    int columns = Integer.parseInt(args[3]);
    CsrMatrix matrix =
        CsrMatrix.wrap(
            cells,
            genes,
            ints(folder.resolve("row_start.i32")),
            ints(folder.resolve("gene.i32")),
            floats(folder.resolve("value.f32")));
    LaneOptions options = LaneOptions.defaults().withThreads(Integer.parseInt(args[5]));
    try (Lane lane = Devices.select(args[4]).open(options);
        CsrTensor x = lane.csr(matrix, Packing.valueOf(args[6]));
        Tensor w = lane.tensor(DType.F32, genes, columns);
        Tensor out = lane.tensor(DType.F32, cells, columns)) {
      lane.upload(floats(folder.resolve("weights.f32")), w);
      race(lane, x, w, out, folder.resolve("out.f32"));
    }
  }

  private static void race(Lane lane, CsrTensor x, Tensor w, Tensor out, Path result)
      throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.println("ready " + lane.device().info().instructionSet());
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals("run")) {
        long wall = System.nanoTime();
        long core = system.getProcessCpuTime();
        lane.sparse().multiply(x, w, out);
        lane.synchronize();
        core = system.getProcessCpuTime() - core;
        System.out.println(System.nanoTime() - wall + " " + core);
      } else if (line.equals("save")) {
        float[] values = new float[(int) out.elements()];
        lane.download(out, values);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(result, bytes.array());
        System.out.println("saved");
      }
    }
  }

  private static int[] ints(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int[] values = new int[bytes.remaining() / 4];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
