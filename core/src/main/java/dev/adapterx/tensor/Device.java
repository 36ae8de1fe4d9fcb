package dev.adapterx.tensor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Names;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * Where a model's tensors are stored and computed. A whole model is on one device; new tensors are
 * moved {@link Tensors#beside beside} those they are used with.
 *
 * @param index of the device among those of its kind
 */
public record Device(Kind kind, int index) {
  /** Kinds of devices. */
  public enum Kind {
    /** A CUDA device if this build and the machine have one, else the CPU. */
    AUTO,
    CPU,
    /** An NVIDIA device. */
    CUDA,
    /** Shapes without values: for a dry forward pass, not for recipes. */
    META
  }

  /** A CUDA device if there is one, else the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, 0);

  /** No device at all: operations on it check shapes and devices, and compute nothing. */
  public static final Device META = new Device(Kind.META, 0);

  private static final Pattern TEXT = Pattern.compile("(auto|cpu|cuda)|cuda:([0-9]{1,2})");

  /**
   * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:1}.
   *
   * @throws ConfigException for anything else
   */
  @JsonCreator
  public static Device parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new ConfigException(
          "device must be auto, cpu, cuda or cuda:INDEX, found '"
              + text
              + "'"
              + Names.hint(text, List.of("auto", "cpu", "cuda", "cuda:0")));
    }
    return parts.group(1) == null
        ? new Device(Kind.CUDA, Integer.parseInt(parts.group(2)))
        : new Device(Kind.valueOf(parts.group(1).toUpperCase(Locale.ROOT)), 0);
  }

  /** The device of a tensor. */
  public static Device of(Tensor tensor) {
    if (tensor.is_cpu()) {
      return CPU;
    }
    return tensor.is_meta() ? META : new Device(Kind.CUDA, tensor.device().index());
  }

  /**
   * The device this resolves to on this machine.
   *
   * @throws ConfigException for a CUDA device that does not exist, naming what is missing
   */
  public Device resolved() {
    if (kind == Kind.AUTO) {
      return Cuda.devices() > 0 ? new Device(Kind.CUDA, 0) : CPU;
    }
    if (kind == Kind.CUDA && index >= Cuda.devices()) {
      throw new ConfigException(
          "device is "
              + this
              + ", but "
              + Cuda.state().text()
              + ". Choose device auto or cpu, or fix that; adapterx doctor shows details");
    }
    return this;
  }

  /**
   * The tensor on this device, which must be resolved; the tensor itself if it is already there.
   */
  public Tensor place(Tensor tensor) {
    if (kind == Kind.CPU && tensor.is_cpu()) {
      return tensor;
    }
    // From pinned memory, the copy is asynchronous.
    Tensor from = kind == Kind.CUDA && tensor.is_cpu() ? tensor.pin_memory() : tensor;
    return from.to(
        new org.bytedeco.pytorch.Device(toString()),
        tensor.scalar_type(),
        kind == Kind.CUDA,
        false,
        new org.bytedeco.pytorch.MemoryFormatOptional());
  }

  /** Whether it is the CPU, where tensors and Java arrays share memory. */
  public boolean isHost() {
    return kind == Kind.CPU;
  }

  /** In the form that {@link #parse} reads. */
  @JsonValue
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + (kind == Kind.CUDA ? ":" + index : "");
  }
}
