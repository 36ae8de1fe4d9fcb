package dev.adapterx.peft;

class FullFineTuningTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return new FullFineTuning();
  }

  @Override
  boolean isIdentityAtStart() {
    return true;
  }

  @Override
  boolean isMergeable() {
    return true;
  }
}
