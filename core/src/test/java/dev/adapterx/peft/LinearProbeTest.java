package dev.adapterx.peft;

class LinearProbeTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return new LinearProbe();
  }

  @Override
  boolean isIdentityAtStart() {
    return true;
  }
}
