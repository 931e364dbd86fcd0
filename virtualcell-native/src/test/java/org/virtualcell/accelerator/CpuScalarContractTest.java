package org.virtualcell.accelerator;

class CpuScalarContractTest extends CpuContract {
  CpuScalarContractTest() {
    super(Isa.SCALAR);
  }
}
