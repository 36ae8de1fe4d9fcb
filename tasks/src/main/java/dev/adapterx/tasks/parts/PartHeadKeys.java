package dev.adapterx.tasks.parts;

import dev.adapterx.dense.parts.PartForm;

/** The keys of a head that labels points. */
interface PartHeadKeys {
  /** The head's form. */
  PartForm form();

  /** What a point weighs in the loss. */
  ClassWeights classWeights();
}
