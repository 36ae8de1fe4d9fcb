package dev.adapterx.peft;

import java.util.Set;

class AdapterXParallelContractTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return new AdapterX();
  }

  @Override
  boolean isIdentityAtStart() {
    return false;
  }

  @Override
  Set<String> unreached() {
    return Set.of("blocks.1.prompt.gamma", "blocks.1.prompt.beta");
  }
}
