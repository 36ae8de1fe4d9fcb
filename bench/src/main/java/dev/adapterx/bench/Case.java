package dev.adapterx.bench;

import dev.adapterx.base.Settings;
import dev.adapterx.peft.Methods;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.tensor.Precision;
import java.util.Locale;

/**
 * One case to measure.
 *
 * @param model a preset's name
 * @param method an entry of {@link Methods}, or a tree of settings: {@code {"name": "adapter-x",
 *     "experts": 8}}
 * @param head what the model is trained for
 * @param batch samples of a step
 */
record Case(String model, String method, HeadKind head, Work work, Precision precision, int batch) {
  /** The method with its settings. */
  PeftMethod peft() {
    return method.startsWith("{")
        ? Methods.read(Settings.json().readTree(method), "method")
        : Methods.entry(method, "method");
  }

  /** In the form that {@link #read} reads. */
  String json() {
    return Settings.tree(this).toString();
  }

  static Case read(String json) {
    return Settings.convert(Settings.json().readTree(json), Case.class, "case");
  }

  @Override
  public String toString() {
    return "%s %s %s %s %s batch %d"
        .formatted(model, method, head.title(), work, precision, batch)
        .toLowerCase(Locale.ROOT);
  }
}
