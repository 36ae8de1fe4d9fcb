package dev.adapterx.peft.mixture;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import java.util.Set;

class AdapterXOwnPartsContractTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return AdapterX.with(
        o -> {
          o.own = new OwnParts(true, true, true, true, true);
          o.gate = AdapterX.Gate.ONE;
          o.promptBias = -1.0;
          o.scale = 1; // or what behind the mixture starts at 1 moves by less than its last bit
        });
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
