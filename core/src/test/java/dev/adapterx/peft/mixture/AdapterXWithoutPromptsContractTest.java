package dev.adapterx.peft.mixture;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;

class AdapterXWithoutPromptsContractTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return AdapterX.with(o -> o.prompts = false);
  }

  @Override
  protected boolean isIdentityAtStart() {
    return true;
  }
}
