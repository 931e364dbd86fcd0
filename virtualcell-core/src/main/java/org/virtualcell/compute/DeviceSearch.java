package org.virtualcell.compute;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.virtualcell.compute.spi.DeviceProvider;

/** Looks for providers with several class loaders, each provider once. */
final class DeviceSearch {
  /** A broken service entry raises and is skipped by the next call; so many would be a loop. */
  private static final int MOST_ENTRIES = 1000;

  private final List<DeviceProvider> providers = new ArrayList<>();
  private final List<DeviceStatus> broken = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  /**
   * Looks and asks.
   *
   * @param loaders in order; null ones are passed over
   */
  List<DeviceStatus> run(ClassLoader... loaders) {
    for (ClassLoader loader : loaders) {
      if (loader != null) {
        collect(loader);
      }
    }
    List<DeviceStatus> all = new ArrayList<>(Devices.probe(providers));
    all.addAll(broken);
    return List.copyOf(all);
  }

  private void collect(ClassLoader loader) {
    Iterator<DeviceProvider> services = ServiceLoader.load(DeviceProvider.class, loader).iterator();
    for (int entry = 0; entry < MOST_ENTRIES; entry++) {
      try {
        if (!services.hasNext()) {
          return;
        }
        DeviceProvider provider = services.next();
        if (seen.add(provider.getClass().getName())) {
          providers.add(provider);
        }
      } catch (ServiceConfigurationError | LinkageError failed) {
        String reason = String.valueOf(failed.getMessage());
        if (seen.add(reason)) {
          broken.add(DeviceStatus.absent("provider", reason));
        }
      }
    }
  }
}
