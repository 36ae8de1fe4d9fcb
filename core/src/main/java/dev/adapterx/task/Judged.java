package dev.adapterx.task;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/**
 * What a task says of a micro-batch in training.
 *
 * @param loss the mean, a number
 * @param weight {@link Task#weight} of the targets
 * @param hits {@link Task#hits}. Call it inside the scope of the outputs, and late: it waits for
 *     the device
 */
public record Judged(Tensor loss, double weight, Supplier<Hits> hits) {}
