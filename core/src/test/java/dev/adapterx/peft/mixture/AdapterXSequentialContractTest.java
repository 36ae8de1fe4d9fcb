package dev.adapterx.peft.mixture;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;
import java.util.Set;

class AdapterXSequentialContractTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return AdapterX.with(o -> o.form = AdapterX.Form.SEQUENTIAL);
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
