/**
 * Writes adapted models as ONNX: one graph whose weights are the checkpoint itself, and adapters of
 * kilobytes beside it that ONNX Runtime loads without making a new session.
 */
@NullMarked
package dev.adapterx.export;

import org.jspecify.annotations.NullMarked;
