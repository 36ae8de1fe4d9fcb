package dev.adapterx.peft;

class AdapterXWithoutPromptsContractTest extends PeftMethodContract {
  @Override
  PeftMethod method() {
    return AdapterX.with(o -> o.prompts = false);
  }

  @Override
  boolean isIdentityAtStart() {
    return true;
  }
}
