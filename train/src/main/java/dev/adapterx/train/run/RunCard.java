package dev.adapterx.train.run;

import dev.adapterx.base.Settings;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubName;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.PointPreprocessing;
import dev.adapterx.model.input.Preprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.peft.AdapterFile;
import dev.adapterx.peft.Methods;
import dev.adapterx.task.ConfusionMatrix;
import dev.adapterx.task.Evaluation;
import dev.adapterx.task.Scores;
import dev.adapterx.train.card.Base;
import dev.adapterx.train.card.CardFile;
import dev.adapterx.train.card.CardKind;
import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.card.MeasuredAccuracy;
import dev.adapterx.train.card.ModelCard;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.loop.RunListener;
import dev.adapterx.train.recipe.BackboneRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.recipe.RecipeText;
import dev.adapterx.train.recipe.TrainRecipe;
import dev.adapterx.train.text.ResultLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the model cards beside a run's adapters.
 *
 * @param found what was found of the data, by split
 */
public record RunCard(Recipe recipe, AdaptedModel model, Map<String, String> found) {
  /** Beside an adapter that was not measured. */
  public void write(RunFolder folder) {
    CardFile.write(folder.adapter(), card(List.of()));
  }

  /** Beside the adapters of a finished run; one that was changed by hand is kept and named. */
  public void write(RunFolder folder, RunResult result, RunListener listener) {
    ResultLine line = result.line();
    int epochs = line == null ? recipe.train().epochs() : line.lastEpoch();
    write(
        folder.adapter(),
        measured(result.lastScores(), line, "after the last of " + epochs + " epochs"),
        listener);
    if (AdapterFile.exists(folder.bestAdapter())) {
      String when =
          "after epoch %d of %d, which was chosen on %s"
              .formatted(result.bestEpoch(), epochs, chosenOn(line));
      write(folder.bestAdapter(), measured(result.bestScores(), line, when), listener);
    }
  }

  private static String chosenOn(@Nullable ResultLine line) {
    String chosen = line == null ? null : line.chosenOn();
    return line == null || chosen == null
        ? "validation"
        : chosen.equals(line.split()) ? "this same part, so optimistic" : chosen;
  }

  private void write(Path adapter, List<CardResult> measured, RunListener listener) {
    if (!CardFile.write(adapter, card(measured))) {
      listener.warned(
          CardFile.of(adapter)
              + " was changed by hand and is kept as it is; delete it to have it written anew");
    }
  }

  private List<CardResult> measured(
      @Nullable Scores scores, @Nullable ResultLine line, String when) {
    if (scores == null || line == null) {
      return List.of();
    }
    String seeded = when + ", seed " + recipe.seed();
    Optional<TrainableTask> own = TrainableTask.of(model.task());
    if (own.isPresent()) {
      return List.of(own.get().card(scores, line.dataset(), line.split(), seeded));
    }
    ConfusionMatrix m = ((Evaluation) scores).confusion();
    int[][] counts = m.counts();
    return List.of(
        new MeasuredAccuracy(
            line.dataset(),
            line.split(),
            IntStream.range(0, counts.length).map(c -> counts[c][c]).toArray(),
            IntStream.range(0, counts.length).map(m::support).toArray(),
            seeded));
  }

  private ModelCard card(List<CardResult> measured) {
    Preprocessing input = model.backbone().preprocessing();
    boolean points = input instanceof PointPreprocessing;
    String data = recipe.data().name();
    return new ModelCard(
        model.method().title() + (data.isEmpty() ? "" : " on " + data),
        model.method().title(),
        model.method().name(),
        RecipeText.of(settings()),
        TrainableTask.of(model.task())
            .map(TrainableTask::cardKind)
            .orElse(points ? CardKind.CLOUDS : CardKind.IMAGES),
        base(),
        model.parameters(),
        words(input),
        model.task().labels(),
        training(),
        unplaced(),
        measured);
  }

  private ObjectNode settings() {
    ObjectNode tree = Settings.json().createObjectNode();
    tree.set("method", Methods.write(model.method()));
    return tree;
  }

  /** Without the folders of this machine. */
  private Map<String, String> unplaced() {
    String path = recipe.data().path();
    Map<String, String> unplaced = new LinkedHashMap<>();
    found.forEach(
        (split, words) ->
            unplaced.put(split, path == null ? words : words.replace(path, recipe.data().name())));
    return unplaced;
  }

  private String training() {
    TrainRecipe t = recipe.train();
    return found.isEmpty()
        ? "Not trained here: imported, or made of other adapters."
        : "%d epochs of batches of %d by AdamW, learning rate %s, weight decay %s, augmentation %s, seed %d."
            .formatted(
                t.epochs(),
                t.batch(),
                t.lr(),
                t.weightDecay(),
                recipe.data().augmentation(),
                recipe.seed());
  }

  private static String words(Preprocessing input) {
    if (input instanceof ImagePreprocessing p) {
      return "%d × %d pixels, crop-pct %s, %s, normalisation %s"
          .formatted(
              p.inputSize(), p.inputSize(), p.cropPct(), p.interpolation(), p.normalisation());
    }
    PointPreprocessing p = (PointPreprocessing) input;
    return "%d points in %d groups of %d, normalisation %s"
        .formatted(p.points(), p.groups(), p.neighbours(), p.normalisation());
  }

  private Base base() {
    BackboneRecipe b = recipe.backbone();
    String path = b.path();
    Optional<HubName> hub =
        path != null && b.elsewhere() && !Hub.isAddress(path)
            ? Optional.of(HubName.parse(path))
            : Optional.empty();
    Optional<String> place =
        Optional.ofNullable(path)
            .map(p -> hub.map(HubName::toString).orElse(here(b) ? "path/to/" + fileName(p) : p));
    List<String> options = new ArrayList<>();
    if (b.prefix() != null) {
      options.add("--prefix " + b.prefix());
    }
    if (!recipe.data().turnsFiles()) {
      options.add("--no-exif-orientation");
    }
    return new Base(
        b.name(),
        model.backbone().info().sha256(),
        hub.map(HubName::repo),
        place,
        java(b, place.orElse("")),
        options,
        overrides(b));
  }

  /** Whether it lies on this machine, whose folders mean nothing elsewhere. */
  private static boolean here(BackboneRecipe b) {
    return !b.isEmbedded() && !b.elsewhere();
  }

  private static String fileName(String path) {
    return path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
  }

  private static String java(BackboneRecipe b, String place) {
    String options =
        b.prefix() == null
            ? "adapter.options()"
            : "adapter.options().toBuilder().prefix(\"" + b.prefix() + "\").build()";
    if (b.isEmbedded()) {
      return "Backbones.embedded(\"%s\", %s)".formatted(place, options);
    }
    String found =
        b.elsewhere()
            ? "new Models(Hub.environment(FetchListener.NONE)).find(\"%s\")"
            : "Path.of(\"%s\")";
    return "Backbones.load(%s, %s)".formatted(found.formatted(place), options);
  }

  /** What an adapter does not keep of how its backbone was opened. */
  private static List<String> overrides(BackboneRecipe b) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    kept.put("heads", b.heads());
    kept.put("pooling", b.pooling());
    kept.put("positions", b.positions());
    kept.put("batch-norm", b.batchNorm());
    kept.put("class-token", b.classToken());
    List<String> overrides = new ArrayList<>();
    kept.forEach(
        (key, value) -> {
          if (value != null) {
            String text = value.toString().toLowerCase(Locale.ROOT).replace('_', '-');
            overrides.add("`backbone." + key + "=" + text + "`");
          }
        });
    return overrides;
  }
}
