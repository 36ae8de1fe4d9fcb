package dev.adapterx.peft;

import java.util.Map;
import java.util.Objects;

/** In which Python model an adapter for peft is to be used. */
public enum PeftLayout {
  /** Hugging Face's {@code ViTForImageClassification} of transformers 5. */
  HF(
      "vit.layers.",
      "classifier",
      Map.of(
          Projection.Q, "attention.q_proj",
          Projection.K, "attention.k_proj",
          Projection.V, "attention.v_proj",
          Projection.PROJ, "attention.o_proj",
          Projection.FC1, "mlp.fc1",
          Projection.FC2, "mlp.fc2")),
  /** timm's {@code VisionTransformer}, which has one layer for queries, keys and values. */
  TIMM(
      "blocks.",
      "head",
      Map.of(
          Projection.QKV, "attn.qkv",
          Projection.PROJ, "attn.proj",
          Projection.FC1, "mlp.fc1",
          Projection.FC2, "mlp.fc2"));

  private final String blocks;
  private final String classifier;

  @SuppressWarnings("ImmutableEnumChecker") // Map.of cannot be changed
  private final Map<Projection, String> modules;

  PeftLayout(String blocks, String classifier, Map<Projection, String> modules) {
    this.blocks = blocks;
    this.classifier = classifier;
    this.modules = modules;
  }

  /** Whether queries, keys and values are one layer. */
  boolean isFused() {
    return modules.containsKey(Projection.QKV);
  }

  /** A module below its block. */
  String module(Projection at) {
    return Objects.requireNonNull(modules.get(at), at::name);
  }

  /** A module's whole name under peft. */
  String place(int block, Projection at) {
    return PeftNames.WRAPPED + blocks + block + "." + module(at);
  }

  /** The module that scores the classes. */
  String classifier() {
    return classifier;
  }
}
