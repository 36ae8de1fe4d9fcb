package dev.adapterx.peft;

import java.util.Set;

class AdapterXOwnPartsContractTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return AdapterX.with(
        o -> {
          o.own = new OwnParts(true, true, true, true, true);
          o.gate = AdapterX.Gate.ONE;
        });
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
