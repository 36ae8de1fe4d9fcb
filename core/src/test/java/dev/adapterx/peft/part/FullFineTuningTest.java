package dev.adapterx.peft.part;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;

class FullFineTuningTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return new FullFineTuning();
  }

  @Override
  protected boolean isIdentityAtStart() {
    return true;
  }

  @Override
  protected boolean isMergeable() {
    return true;
  }
}
