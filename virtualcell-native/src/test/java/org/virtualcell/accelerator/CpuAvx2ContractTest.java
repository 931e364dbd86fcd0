package org.virtualcell.accelerator;

class CpuAvx2ContractTest extends CpuContract {
  CpuAvx2ContractTest() {
    super(Isa.AVX2);
  }
}
