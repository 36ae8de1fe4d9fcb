package dev.adapterx.serve;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.Reason;
import dev.adapterx.infer.Adapters;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.Unfit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Adapters of the folder that the server's one backbone cannot be asked with, and why. */
final class Unserved {
  private Unserved() {}

  /** Why, by the adapters' names, as far as their configs tell. */
  static Map<String, String> of(Adapters adapters) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : adapters.names()) {
      try {
        adapters.unfit(name).ifPresent(unfit -> all.put(name, why(unfit)));
      } catch (AdapterXException e) {
        all.put(name, Reason.of(e));
      }
    }
    return all;
  }

  /** Of one adapter, for those who ask; damaged ones too, without naming a file. */
  static Optional<String> told(Adapters adapters, String name) {
    try {
      return adapters.unfit(name).map(Unserved::why);
    } catch (AdapterXException e) {
      return Optional.of("its files cannot be read");
    }
  }

  /** Of one adapter; empty also where its files cannot be read. */
  static Optional<String> of(Adapters adapters, String name) {
    try {
      return adapters.unfit(name).map(Unserved::why);
    } catch (AdapterXException e) {
      return Optional.empty();
    }
  }

  /** For those who ask and those who run the server: names no file. */
  private static String why(Unfit unfit) {
    if (unfit.trained() instanceof ImagePreprocessing trained
        && unfit.found() instanceof ImagePreprocessing found
        && trained.equals(found.withInputSize(trained.inputSize()))
        && !trained.equals(found)) {
      return "it was trained on pictures of %d pixels a side, this server computes with %d; a server has one input size, that of --input-size or of its first adapter: start another with --input-size %d"
          .formatted(trained.inputSize(), found.inputSize(), trained.inputSize());
    }
    return unfit.what()
        + "; a server has one backbone and one way of preparing its input: start another for this"
        + " adapter";
  }
}
