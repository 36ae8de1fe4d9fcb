package dev.adapterx.peft;

import java.util.Set;

class AdapterXSequentialContractTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return AdapterX.with(o -> o.form = AdapterX.Form.SEQUENTIAL);
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
