package org.virtualcell.accelerator;

class CpuAvx512Bf16ContractTest extends CpuContract {
  CpuAvx512Bf16ContractTest() {
    super(Isa.AVX512BF16);
  }
}
