package org.virtualcell.accelerator;

class CpuAvx512ContractTest extends CpuContract {
  CpuAvx512ContractTest() {
    super(Isa.AVX512);
  }
}
