/**
 * Prediction without training: what a server, a job on a cluster or a command carries. Files, bytes
 * and samples in memory become predictions of any task ({@link dev.adapterx.infer.TaskPredictor})
 * or names of classes ({@link dev.adapterx.infer.Predictor}); many adapters share one frozen
 * backbone ({@link dev.adapterx.infer.Adapters}); single requests are gathered into batches ({@link
 * dev.adapterx.infer.Batcher}).
 */
@NullMarked
package dev.adapterx.infer;

import org.jspecify.annotations.NullMarked;
