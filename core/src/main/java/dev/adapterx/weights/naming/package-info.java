/** Names of tensors in checkpoints of other libraries, translated into timm's. */
@NullMarked
package dev.adapterx.weights.naming;

import org.jspecify.annotations.NullMarked;
