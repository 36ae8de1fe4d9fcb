package dev.adapterx.peft;

import dev.adapterx.model.Backbone;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.tensor.Precision;
import dev.adapterx.testing.Tiny;

/** What every method promises, on a point transformer of two blocks and width 32. */
abstract class PointMethodContract extends PeftMethodContract {
  @Override
  Backbone backbone(Precision precision) {
    return Tiny.points(precision, BatchStatistics.FROZEN);
  }

  @Override
  boolean isIdentityAtStart() {
    return false;
  }
}
