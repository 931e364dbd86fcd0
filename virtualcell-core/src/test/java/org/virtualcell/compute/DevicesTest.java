package org.virtualcell.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.DeviceUnavailableException;
import org.virtualcell.compute.spi.DeviceProvider;

class DevicesTest {
  @AfterEach
  void forgetTheChoice() {
    System.clearProperty(Devices.PROPERTY);
  }

  private record Planted(int contract, Supplier<List<DeviceStatus>> devices)
      implements DeviceProvider {
    @Override
    public List<DeviceStatus> probe() {
      return devices.get();
    }
  }

  private static DeviceProvider provider(DeviceStatus... devices) {
    return new Planted(DeviceProvider.CONTRACT, () -> List.of(devices));
  }

  private static DeviceStatus present(String id, int preference) {
    return DeviceStatus.present(new PlantedBackend(id, preference));
  }

  @Test
  void autoTakesTheBestDeviceThereIs() {
    List<DeviceStatus> devices =
        Devices.probe(List.of(provider(present("cpu", 100), present("cuda:0", 200))));
    assertEquals("cuda:0", Devices.select("auto", devices).info().id());
    assertEquals(List.of("cuda:0", "cpu", "java"), devices.stream().map(DeviceStatus::id).toList());
  }

  @Test
  void withoutProvidersTheJavaDeviceIsThere() {
    assertEquals("java", Devices.select("auto", Devices.probe(List.of())).info().id());
  }

  @Test
  void aDeviceOfNegativePreferenceIsTakenOnlyByName() {
    List<DeviceStatus> devices = Devices.probe(List.of(provider(present("emulated", -1))));
    assertEquals("java", Devices.select("auto", devices).info().id());
    assertEquals("emulated", Devices.select("emulated", devices).info().id());
  }

  @Test
  void thePropertyForcesWhatAutoMeansAndANameOverrulesIt() {
    List<DeviceStatus> devices = Devices.probe(List.of(provider(present("cpu", 100))));
    System.setProperty(Devices.PROPERTY, "java");
    assertEquals("java", Devices.select("auto", devices).info().id());
    assertEquals("cpu", Devices.select("cpu", devices).info().id());
    System.setProperty(Devices.PROPERTY, "");
    assertEquals("cpu", Devices.select("auto", devices).info().id());
  }

  @Test
  void aFamilyMeansItsBestDevice() {
    List<DeviceStatus> devices =
        Devices.probe(List.of(provider(present("cuda:0", 200), present("cuda:1", 210))));
    assertEquals("cuda:1", Devices.select("cuda", devices).info().id());
    assertEquals("cuda:0", Devices.select("cuda:0", devices).info().id());
  }

  @Test
  void anAbsentDeviceIsRefusedWithItsReasonAndWhatThereIs() {
    List<DeviceStatus> devices =
        Devices.probe(List.of(provider(DeviceStatus.absent("cuda", "no driver is installed"))));
    DeviceUnavailableException raised =
        assertThrows(DeviceUnavailableException.class, () -> Devices.select("cuda:0", devices));
    assertTrue(raised.getMessage().contains("no driver is installed"), raised.getMessage());
    assertTrue(raised.getMessage().contains("available: java"), raised.getMessage());
  }

  @Test
  void aProviderOfAnotherContractIsAbsentAndNotAsked() {
    DeviceProvider other =
        new Planted(
            DeviceProvider.CONTRACT + 1,
            () -> {
              throw new AssertionError("asked");
            });
    DeviceStatus status = Devices.probe(List.of(other)).get(1);
    assertTrue(status.device().isEmpty());
    assertTrue(status.reason().contains("contract " + (DeviceProvider.CONTRACT + 1)));
  }

  @Test
  void aProviderThatFailsIsAbsentWithWhatItRaised() {
    for (Throwable failure :
        List.of(
            new UnsatisfiedLinkError("no such library"),
            new NoSuchMethodError("no such library"),
            new IllegalStateException("no such library"))) {
      DeviceProvider failing = new Planted(DeviceProvider.CONTRACT, () -> raise(failure));
      List<DeviceStatus> devices = Devices.probe(List.of(failing, provider(present("cpu", 100))));
      assertEquals("cpu", Devices.select("auto", devices).info().id());
      assertTrue(devices.get(2).reason().contains("no such library"), devices.toString());
    }
    DeviceProvider careless = new Planted(DeviceProvider.CONTRACT, () -> null);
    assertTrue(Devices.probe(List.of(careless)).get(1).device().isEmpty());
  }

  private static List<DeviceStatus> raise(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  @Test
  void theProcessSharesOneObjectPerDevice() {
    assertSame(Devices.select("java"), Devices.select("java"));
    assertTrue(Devices.available().stream().anyMatch(status -> status.id().equals("java")));
  }

  /** A class loader on which service files name what a test wants. */
  private static final class ServiceLoaderOf extends ClassLoader {
    private final byte[] services;

    ServiceLoaderOf(String... names) {
      super(DevicesTest.class.getClassLoader());
      services = String.join("\n", names).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
      if (!name.equals("META-INF/services/" + DeviceProvider.class.getName())) {
        return Collections.emptyEnumeration();
      }
      URLStreamHandler handler =
          new URLStreamHandler() {
            @Override
            protected URLConnection openConnection(URL url) {
              return new URLConnection(url) {
                @Override
                public void connect() {}

                @Override
                public InputStream getInputStream() {
                  return new ByteArrayInputStream(services);
                }
              };
            }
          };
      @SuppressWarnings("deprecation")
      URL url = new URL("test", "", 0, "/services", handler);
      return Collections.enumeration(List.of(url));
    }
  }

  /** Found through the loader above. */
  public static final class FoundProvider implements DeviceProvider {
    @Override
    public int contract() {
      return DeviceProvider.CONTRACT;
    }

    @Override
    public List<DeviceStatus> probe() {
      return List.of(present("found", 50));
    }
  }

  @Test
  void aProviderThatTwoLoadersSeeIsAskedOnceAndABrokenEntryIsAbsent() {
    String found = FoundProvider.class.getName();
    ClassLoader first = new ServiceLoaderOf(found, "org.example.Gone");
    ClassLoader second = new ServiceLoaderOf("org.example.Gone", found);
    List<DeviceStatus> devices = new DeviceSearch().run(first, null, second);
    assertEquals(1, devices.stream().filter(status -> status.id().equals("found")).count());
    assertEquals(
        1, devices.stream().filter(status -> status.reason().contains("org.example.Gone")).count());
    assertEquals("found", Devices.select("found", devices).info().id());
  }

  @Test
  void aDeviceThatWasLostIsAbsentFromThenOnAndOthersGoOn() {
    PlantedBackend backend = new PlantedBackend("cuda:0", 200);
    List<DeviceStatus> devices = Devices.probe(List.of(provider(DeviceStatus.present(backend))));
    Device device = Devices.select("auto", devices);
    backend.lose("it fell off the bus");
    assertEquals("java", Devices.select("auto", devices).info().id());
    DeviceUnavailableException raised =
        assertThrows(DeviceUnavailableException.class, () -> device.open(LaneOptions.defaults()));
    assertTrue(raised.getMessage().contains("it fell off the bus"), raised.getMessage());
    assertTrue(devices.get(0).reason().contains("it fell off the bus"));
  }
}
