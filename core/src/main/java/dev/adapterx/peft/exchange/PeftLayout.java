package dev.adapterx.peft.exchange;

import dev.adapterx.peft.kit.Projection;

/** The Python model that an adapter is exported for. */
public enum PeftLayout {
  /** Hugging Face's {@code ViTForImageClassification} of transformers 5. */
  HF("vit.layers.", "classifier"),
  /** timm's {@code VisionTransformer}, which has one layer for queries, keys and values. */
  TIMM("blocks.", "head");

  private final String blocks;
  private final String classifier;

  PeftLayout(String blocks, String classifier) {
    this.blocks = blocks;
    this.classifier = classifier;
  }

  /** Whether queries, keys and values are one layer. */
  boolean isFused() {
    return this == TIMM;
  }

  /** A module below its block. */
  String module(Projection at) {
    return switch (at) {
      case Q -> "attention.q_proj";
      case K -> "attention.k_proj";
      case V -> "attention.v_proj";
      case QKV -> "attn.qkv";
      case PROJ -> this == HF ? "attention.o_proj" : "attn.proj";
      case FC1 -> "mlp.fc1";
      case FC2 -> "mlp.fc2";
    };
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
