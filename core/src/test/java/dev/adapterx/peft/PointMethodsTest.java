package dev.adapterx.peft;

import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.part.FullFineTuning;
import dev.adapterx.peft.part.LinearProbe;
import dev.adapterx.peft.points.Dapt;
import dev.adapterx.peft.points.DaptX;
import dev.adapterx.peft.points.Idpt;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;

/** What every method promises, on a point transformer. */
class PointMethodsTest {
  @Nested
  class AdapterXParallel extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new AdapterX();
    }

    @Override
    protected Set<String> unreached() {
      return Set.of("blocks.1.prompt.gamma", "blocks.1.prompt.beta");
    }
  }

  @Nested
  class AdapterXSequential extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return AdapterX.with(o -> o.form = AdapterX.Form.SEQUENTIAL);
    }

    @Override
    protected Set<String> unreached() {
      return Set.of("blocks.1.prompt.gamma", "blocks.1.prompt.beta");
    }
  }

  @Nested
  class AdapterXWithoutPrompts extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return AdapterX.with(o -> o.prompts = false);
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @Nested
  class Probe extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new LinearProbe();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }
  }

  @Nested
  class Full extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new FullFineTuning();
    }

    @Override
    protected boolean isIdentityAtStart() {
      return true;
    }

    @Override
    protected Set<String> idle() {
      return Set.of("encoder.first_conv.0.bias", "encoder.second_conv.0.bias");
    }

    @Override
    protected boolean isMergeable() {
      return true;
    }
  }

  @Nested
  class DynamicAdapters extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Dapt(null, 0.1, List.of(Feature.values()));
    }
  }

  @Nested
  class DynamicAdaptersOfModelNet extends PointMethodContract {
    @Override
    protected long seed() {
      return 3; // with 1 a gate is shut for all tokens, and its adapter cannot learn
    }

    @Override
    protected PeftMethod method() {
      return Dapt.modelNet();
    }

    @Override
    protected Set<String> unreached() {
      return Set.of("blocks.1.tfts.prompt.gamma", "blocks.1.tfts.prompt.beta");
    }
  }

  @Nested
  class DynamicMixture extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new DaptX();
    }

    @Override
    protected Set<String> unreached() {
      return Set.of("blocks.1.tfts.prompt.gamma", "blocks.1.tfts.prompt.beta");
    }
  }

  @Nested
  class InstancePrompts extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Idpt(null, 3, false, List.of(Feature.values()));
    }
  }

  @Nested
  class InstancePromptsEarlier extends PointMethodContract {
    @Override
    protected PeftMethod method() {
      return new Idpt(0, 6, true, List.of(Feature.CLS));
    }
  }

  /** The same methods around images. */
  abstract static class OnImages extends PeftMethodContract {
    @Override
    protected boolean isIdentityAtStart() {
      return false;
    }
  }

  @Nested
  class DynamicMixtureOnImages extends OnImages {
    @Override
    protected PeftMethod method() {
      return DaptX.with(o -> o.features = List.of(Feature.values()));
    }
  }

  @Nested
  class DynamicAdaptersOnImages extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Dapt();
    }
  }

  @Nested
  class InstancePromptsOnImages extends OnImages {
    @Override
    protected PeftMethod method() {
      return new Idpt(null, 4, false, List.of(Feature.values()));
    }
  }
}
