package dev.adapterx.train.preset;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Split;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.train.input.Targets;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.recipe.UnsaidKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recipe for data of which only the place is known: what is not said is chosen by what lies
 * there. Backbones are those that ship with the library, the method is Adapter-X (of clouds too: in
 * docs/results.md it is above DAPT-X when tuned alike, and on BIMNet10, with a third of the
 * parameters), with each method's own learning rate and scale. Where there is no split, a fifth of
 * each class is held out and measured; a validation split chooses the best epoch. Photographs are
 * turned as their EXIF tags say. What is said wins.
 *
 * @param recipe with every key
 * @param notes what was found and chosen, a line each
 */
public record FittingRecipe(Recipe recipe, List<String> notes) {
  private static final double HELD_OUT = 0.2;

  private static final String METHOD = "adapter-x";

  public FittingRecipe {
    notes = List.copyOf(notes);
  }

  /**
   * Makes one.
   *
   * @param keys what is said, as {@link Recipe#keys} gives it; {@code data.path} must be
   * @param place names them in messages
   * @throws ConfigException naming the key that is wrong or missing
   * @throws dev.adapterx.base.DataException when there is nothing to train on
   */
  public static FittingRecipe of(ObjectNode keys, Quality quality, String place) {
    return of(keys, quality, place, null);
  }

  /**
   * As {@link #of(ObjectNode, Quality, String)}.
   *
   * @param train the split to train on where neither keys nor data say which
   */
  public static FittingRecipe of(
      ObjectNode keys, Quality quality, String place, @Nullable String train) {
    return new Filling(keys.deepCopy(), quality, place, train).all();
  }

  /**
   * Makes one of data alone.
   *
   * @param data a folder or file of images or point clouds
   * @param keys what is wanted otherwise, as on the command line: {@code train.epochs=30}
   * @throws ConfigException naming the key that is wrong
   * @throws dev.adapterx.base.DataException when there is nothing to train on
   */
  public static FittingRecipe of(Path data, Quality quality, String... keys) {
    ObjectNode tree = Recipe.keys("", List.of(keys), "keys");
    JsonNode section = tree.path("data");
    (section instanceof ObjectNode object ? object : tree.putObject("data"))
        .put("path", data.toString());
    return of(tree, quality, "keys");
  }

  /** Filling in what is not said, step by step. */
  private static final class Filling {
    private final ObjectNode tree;
    private final UnsaidKeys keys;
    private final Quality quality;
    private final String place;
    private final @Nullable String otherwise;
    private final List<String> notes = new ArrayList<>();

    Filling(ObjectNode tree, Quality quality, String place, @Nullable String otherwise) {
      this.tree = tree;
      this.keys = new UnsaidKeys(tree);
      this.quality = quality;
      this.place = place;
      this.otherwise = otherwise;
    }

    FittingRecipe all() {
      DataRecipe said = DataRecipe.read(keys.section("data"), place + ": data");
      if (said.path() == null) {
        throw new ConfigException(
            "data.path: expected the folder of the data, found nothing. Name it, for example:"
                + " adapterx train my-pictures, or data.path=FOLDER");
      }
      FoundData found = FoundData.of(said, TaskRecipe.read(tree, place));
      int samples = splits(found, said);
      backbone(found.kind());
      method(found);
      training(found.kind(), samples);
      Recipe recipe = Recipe.read(tree, place);
      TrainRecipe train = recipe.train();
      notes.add(
          "method: %s, epochs: %d of %d samples in batches of %d, learning rate %s (--quality %s)"
              .formatted(
                  recipe.method().title(),
                  train.epochs(),
                  samples,
                  train.batchOf(samples),
                  train.lr(),
                  Settings.json().valueToTree(quality).asString()));
      return new FittingRecipe(recipe, notes);
    }

    /** The splits to train, choose and measure on; gives how many samples are trained on. */
    private int splits(FoundData found, DataRecipe said) {
      ObjectNode data = keys.section("data");
      String path = String.valueOf(said.path());
      if (said.fewShot() != null) {
        return found.opening().apply(said.train()).size();
      }
      keys.set("data", "train", found.train() != null ? found.train() : otherwise);
      String train = data.has("train") ? data.path("train").asString() : found.requireTrain(path);
      boolean choice = data.has("val") || data.has("hold-out");
      if (!data.has("test")) {
        String test = found.test();
        if (test != null && test.equals(train)) {
          test = null;
        }
        if (test != null && Targets.areMissing(found.opening().apply(test))) {
          notes.add(
              "data: the split '%s' is not measured: nothing is known of its %s"
                  .formatted(test, found.noun()));
          test = null;
        }
        data.put("test", test);
      }
      if (!choice && found.val() != null && !found.val().equals(train)) {
        data.put("val", found.val());
        choice = true;
      }
      if (!choice && data.path("test").isNull()) {
        data.put("hold-out", HELD_OUT);
      }
      if (found.photographs()) {
        keys.set("data", "exif-orientation", true);
      }
      Dataset<?> all = found.opening().apply(train);
      DataRecipe chosen = DataRecipe.read(data, place + ": data");
      int held = chosen.holdOut() > 0 ? held(all, chosen.holdOut()) : 0;
      note(found, path, all, held, chosen);
      return all.size() - held;
    }

    private <S> int held(Dataset<S> all, double share) {
      return Split.holdOut(all, share, tree.path("seed").asLong(0)).heldOut().size();
    }

    private void note(FoundData found, String path, Dataset<?> all, int held, DataRecipe chosen) {
      String noun = found.noun();
      StringBuilder text =
          new StringBuilder(
              "data: %s, %s; %d %s of %d %s"
                  .formatted(
                      Path.of(path).getFileName(),
                      found.layout(),
                      all.size(),
                      noun,
                      all.classes().size(),
                      all.classes().size() == 1 ? "class" : "classes"));
      if (!chosen.train().equals("all")) {
        text.append(" in '").append(chosen.train()).append('\'');
      }
      if (held > 0) {
        text.append(
            ", of which %d are held out%s (data.hold-out=%s)"
                .formatted(held, chosen.test() == null ? " and measured" : "", chosen.holdOut()));
      }
      if (chosen.val() != null) {
        text.append("; '").append(chosen.val()).append("' chooses the best epoch");
      }
      text.append(
          chosen.test() != null
              ? "; '" + chosen.test() + "' is measured"
              : chosen.val() != null ? " and is measured, as there is no test split" : "");
      if (!found.unlabelled().isEmpty()) {
        text.append("; not measured, as it has no folders of classes: ")
            .append(String.join(", ", found.unlabelled()));
      }
      notes.add(text.toString());
    }

    private void backbone(DataKind kind) {
      ObjectNode backbone = keys.section("backbone");
      if (backbone.hasNonNull("path") || backbone.hasNonNull("preset")) {
        return;
      }
      boolean images = kind == DataKind.IMAGES;
      backbone.put("path", images ? "embedded" : "embedded-points");
      notes.add(
          images
              ? "backbone: the small one that ships with the library; a large pre-trained one is"
                  + " far better on photographs: backbone.path=facebook/dinov2-small, or a weight"
                  + " file"
              : "backbone: the small one that ships with the library; a larger pre-trained one may"
                  + " be better: backbone.path=FILE, for example of Point-MAE or ReCon");
    }

    private void method(FoundData found) {
      JsonNode said = tree.path("method");
      ObjectNode method =
          said instanceof ObjectNode object
              ? object
              : tree.putObject("method").put("name", said.isString() ? said.asString() : METHOD);
      String entry = method.path("name").asString(METHOD);
      if (!method.has("name")) {
        method.put("name", METHOD);
      }
      String plain = entry.replaceAll(":.*", "");
      MethodRates.@Nullable Rate rate = MethodRates.of(plain, found.kind());
      TrainableTask task = found.task();
      if (task != null) {
        tree.put("task", task.name());
        notes.addAll(task.fit(keys, plain, rate == null ? null : rate.lr()));
      }
      if (rate == null) {
        return;
      }
      boolean preset = entry.contains(":") || method.has("preset") || method.has("form");
      if (rate.scale() != null && !preset) {
        keys.set("method", "scale", rate.scale());
      }
      keys.set("train", "lr", rate.lr());
    }

    private void training(DataKind kind, int samples) {
      ObjectNode train = keys.section("train");
      TrainRecipe said = Settings.read(train, TrainRecipe.defaults(), place + ": train");
      int batch = said.batchOf(samples);
      keys.set("train", "batch", batch);
      int steps = said.dropsLast(samples) ? samples / batch : (samples + batch - 1) / batch;
      keys.set("train", "epochs", quality.epochs(Math.max(1, steps)));
      if (kind == DataKind.CLOUDS) {
        keys.set("train", "weight-decay", 0.05);
        keys.set("train", "clip-norm", 10.0);
        keys.set("data", "augment", "scale-translate");
      } else {
        keys.set("train", "clip-norm", 1.0);
      }
    }
  }
}
