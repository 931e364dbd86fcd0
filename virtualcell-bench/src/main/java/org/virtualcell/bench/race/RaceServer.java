package org.virtualcell.bench.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.virtualcell.compute.Devices;
import org.virtualcell.compute.Lane;
import org.virtualcell.compute.LaneOptions;
import org.virtualcell.compute.Precision;

/**
 * Runs one {@link Racer} on request. For each line "run" on standard input it runs once and prints
 * wall and processor nanoseconds of its threads; "save" writes the results and prints "saved".
 */
public final class RaceServer {
  private final Racer racer;
  private final RaceOutputs outputs;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private RaceServer(Racer racer, RaceOutputs outputs) {
    this.racer = racer;
    this.outputs = outputs;
  }

  /**
   * Serves until standard input ends.
   *
   * @param args the racer's name in lower case, the folder of its inputs, then {@code key=value},
   *     of which device, threads and precision (exact, fast) are the lane's
   * @throws IOException if a file cannot be read or written
   * @throws ReflectiveOperationException if there is no such racer
   */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Map<String, String> values = new HashMap<>();
    for (String pair : java.util.List.of(args).subList(2, args.length)) {
      int equals = pair.indexOf('=');
      values.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    Path folder = Path.of(args[1]);
    LaneOptions options =
        LaneOptions.defaults()
            .withThreads(Integer.parseInt(values.get("threads")))
            .withPrecision(Precision.valueOf(values.get("precision").toUpperCase(Locale.ROOT)));
    String name = args[0].substring(0, 1).toUpperCase(Locale.ROOT) + args[0].substring(1);
    Class<?> type = Class.forName(RaceServer.class.getPackageName() + "." + name + "Racer");
    try (Lane lane = Devices.select(values.get("device")).open(options);
        Racer racer = (Racer) type.getDeclaredConstructor().newInstance()) {
      racer.prepare(new RaceInputs(folder, values), lane);
      System.out.println("ready " + lane.device().info().instructionSet());
      new RaceServer(racer, new RaceOutputs(folder)).serve();
    }
  }

  private void serve() throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      if (line.equals("run")) {
        long wall = System.nanoTime();
        long core = processorTime();
        racer.run();
        core = processorTime() - core;
        System.out.println(System.nanoTime() - wall + " " + core);
      } else if (line.equals("save")) {
        racer.save(outputs);
        System.out.println("saved");
      }
    }
  }

  // Of all Java threads. The time of the whole process comes in steps of 10 ms only.
  private long processorTime() {
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      sum += Math.max(0, threads.getThreadCpuTime(id));
    }
    return sum;
  }
}
