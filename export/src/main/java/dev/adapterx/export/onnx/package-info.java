/** Files of ONNX and of ONNX Runtime's adapters, written by hand: a dozen messages in all. */
@NullMarked
package dev.adapterx.export.onnx;

import org.jspecify.annotations.NullMarked;
