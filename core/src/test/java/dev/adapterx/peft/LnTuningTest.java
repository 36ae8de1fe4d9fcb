package dev.adapterx.peft;

import org.junit.jupiter.api.Nested;

class LnTuningTest {
  @Nested
  class OnImages extends PeftMethodContract {
    @Override
    PeftMethod method() {
      return new LnTuning();
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

  @Nested
  class OnPoints extends PointMethodContract {
    @Override
    PeftMethod method() {
      return new LnTuning();
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
}
