package org.virtualcell.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.virtualcell.compute.DeviceInfo;
import org.virtualcell.compute.DeviceStatus;
import org.virtualcell.compute.Devices;
import org.virtualcell.provenance.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the devices work can run on. */
@Command(
    name = "devices",
    header = "List the devices work can run on, and why others are absent.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {"vc devices [--json]"},
    optionListHeading = "%nOptions:%n",
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  vc devices",
      "  vc devices --json",
      "",
      "'auto' is the best device present. VC_JAVA_OPTIONS=-Dvirtualcell.device=NAME",
      "changes what it means."
    })
final class DevicesVerb extends Verb {
  private static final double GIBIBYTE = 1L << 30;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DevicesVerb(Terminal terminal, Interruption interruption) {
    super(terminal, interruption);
  }

  @Override
  int run(ProgressDisplay progress) {
    List<DeviceStatus> devices = Devices.available();
    String chosen = Devices.select(Devices.AUTO).info().id();
    if (json) {
      printJson(devices, chosen);
    } else {
      printText(devices, chosen);
    }
    return ExitStatus.DONE;
  }

  private void printJson(List<DeviceStatus> devices, String chosen) {
    ArrayNode list = Json.array();
    for (DeviceStatus status : devices) {
      ObjectNode device = list.addObject();
      device.put("id", status.id());
      device.put("present", status.device().isPresent());
      device.put("auto", status.id().equals(chosen));
      device.put("reason", status.reason());
      status
          .device()
          .ifPresent(
              d -> {
                DeviceInfo info = d.info();
                device.put("name", info.name());
                device.put("instructionSet", info.instructionSet());
                device.put("memoryBytes", info.memoryBytes());
                device.put("version", info.version());
                device.put("contract", info.contract());
              });
    }
    terminal().results().print(Json.pretty(list));
  }

  private void printText(List<DeviceStatus> devices, String chosen) {
    TextTable table = new TextTable("device", "instructions", ">memory", "name");
    for (DeviceStatus status : devices) {
      status
          .device()
          .ifPresent(
              d -> {
                DeviceInfo info = d.info();
                String memory =
                    String.format(Locale.ROOT, "%.1f GiB", info.memoryBytes() / GIBIBYTE);
                table.row(
                    info.id() + (info.id().equals(chosen) ? " (auto)" : ""),
                    info.instructionSet(),
                    memory,
                    info.name());
              });
    }
    table.lines("").forEach(terminal().results()::println);
    for (DeviceStatus status : devices) {
      if (status.device().isEmpty()) {
        terminal().results().println(status.id() + ": absent. " + status.reason());
      }
    }
  }
}
