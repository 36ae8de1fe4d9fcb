package dev.adapterx.train.card;

import java.util.List;

/** What an adapter was measured to be worth, as its card says it. */
public interface CardResult {
  /** The data as results call them. */
  String data();

  /** Split or part measured on. */
  String split();

  /** The metric's name on the hub. */
  String metric();

  /** The metric's value, 0 … 1. */
  double value();

  /** In a sentence. */
  String sentence(String noun);

  /** A table of the classes. */
  String perClass(List<String> classes);
}
