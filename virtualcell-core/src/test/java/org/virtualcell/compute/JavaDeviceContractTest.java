package org.virtualcell.compute;

/** The contract, kept by the Java device. */
class JavaDeviceContractTest extends DeviceContract {
  private static final Device JAVA = JavaDevice.create();

  @Override
  public Device device() {
    return JAVA;
  }
}
