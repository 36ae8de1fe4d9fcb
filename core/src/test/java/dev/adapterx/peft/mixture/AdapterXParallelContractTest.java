package dev.adapterx.peft.mixture;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import java.util.Set;

class AdapterXParallelContractTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return new AdapterX();
  }

  @Override
  protected boolean isIdentityAtStart() {
    return false;
  }

  @Override
  protected Set<String> unreached() {
    return Set.of("blocks.1.prompt.gamma", "blocks.1.prompt.beta");
  }
}
