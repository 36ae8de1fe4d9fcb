/**
 * Adapters over one frozen backbone, answered over HTTP ({@link dev.adapterx.serve.AdapterServer}):
 * the Open Inference Protocol, version 2, for programs that speak it, and pictures or clouds posted
 * as they are for all others. Requests are gathered by adapter ({@link
 * dev.adapterx.infer.Batcher}); what may wait, how large it may be and who may ask is bounded
 * ({@link dev.adapterx.serve.ServerOptions}).
 */
@NullMarked
package dev.adapterx.serve;

import org.jspecify.annotations.NullMarked;
