package dev.adapterx.peft.part;

import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.PeftMethodContract;

class LinearProbeTest extends PeftMethodContract {
  @Override
  protected PeftMethod method() {
    return new LinearProbe();
  }

  @Override
  protected boolean isIdentityAtStart() {
    return true;
  }
}
