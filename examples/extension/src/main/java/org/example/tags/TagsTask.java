package org.example.tags;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.WholeFile;
import dev.adapterx.data.BrokenSample;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.infer.Answer;
import dev.adapterx.infer.Answers;
import dev.adapterx.infer.Inference;
import dev.adapterx.infer.Input;
import dev.adapterx.infer.TaskPredictor;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.train.card.CardKind;
import dev.adapterx.train.card.CardResult;
import dev.adapterx.train.input.DataVerdict;
import dev.adapterx.train.input.Measured;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.input.PredictionWriter;
import dev.adapterx.train.input.TrainableTask;
import dev.adapterx.train.recipe.TaskRecipe;
import dev.adapterx.train.recipe.UnsaidKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tags of pictures, from a folder with {@code tags.csv} to a report. */
public final class TagsTask implements TrainableTask {
  /** {@code head: {kind: tags}}, which has no keys. */
  public record TagHeadKeys() {}

  /** {@code data.tags}, which has no keys. */
  public record TagDataKeys() {}

  @Override
  public String name() {
    return Tags.NAME;
  }

  @Override
  public Map<String, Record> heads() {
    return Map.of("tags", new TagHeadKeys());
  }

  @Override
  public String dataKey() {
    return "tags";
  }

  @Override
  public Record dataDefaults() {
    return new TagDataKeys();
  }

  @Override
  public List<String> augmentations() {
    return List.of("none", "flip", "crop-flip", "standard");
  }

  @Override
  public String samples() {
    return "pictures with tags";
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public boolean recognises(Path root) {
    return Files.isRegularFile(root.resolve(TagData.FILE));
  }

  @Override
  public Place place(Path root, TaskRecipe.Own settings) {
    TagData all = TagData.of(root);
    List<String> splits = all.splits();
    return new Place(
        TagData.FILE,
        true,
        splits,
        splits.contains("train") ? "train" : null,
        splits.contains("val") ? "val" : null,
        splits.contains("test") ? "test" : null,
        all::split);
  }

  @Override
  public Modality<?> modality(Backbone backbone, TaskRecipe.Own settings) {
    if (backbone.preprocessing() instanceof ImagePreprocessing images) {
      return new TagModality(images);
    }
    throw new ConfigException("task: tags are of pictures; the backbone takes point clouds");
  }

  @Override
  public Tags counted(Backbone backbone, List<String> classes, TaskRecipe.Own settings) {
    return new Tags(classes);
  }

  @Override
  public List<String> fit(UnsaidKeys recipe, String method, Double lr) {
    return List.of("task: tags");
  }

  @Override
  public Measured measured(Measured.Facts facts) {
    return new MeasuredTags(facts);
  }

  @Override
  public CardResult card(Scores scores, String data, String split, String when) {
    return new TagCard((TagScores) scores, data, split, when);
  }

  @Override
  public CardKind cardKind() {
    return new CardKind("images", "image-classification", true, "photo.jpg");
  }

  @Override
  public String use() {
    return "Tags other pictures:";
  }

  /** A line a picture, all of them in {@code tags.csv}. */
  @Override
  public PredictionWriter writer(AdaptedModel model, boolean exifOrientation) {
    return (files, folder, onFound, onBroken) -> {
      var input = Input.images(model.backbone());
      var predictor = TaskPredictor.of(input, Inference.of(model, Tags.class));
      if (!exifOrientation) {
        predictor = predictor.withoutExifOrientation();
      }
      StringBuilder lines = new StringBuilder("file,tags\n");
      try (Answers<float[]> answers = predictor.predict(input.files(files))) {
        for (int i = 0; answers.hasNext(); i++) {
          told(answers.next(), i, files.get(i), model.task().labels(), lines, onFound, onBroken);
        }
      }
      WholeFile.write(folder.resolve(TagData.FILE), lines.toString());
      return List.of("tags: " + folder.resolve(TagData.FILE));
    };
  }

  private static void told(
      Answer<float[]> answer,
      int index,
      Path file,
      List<String> labels,
      StringBuilder lines,
      Consumer<PredictionWriter.Found> onFound,
      Consumer<BrokenSample> onBroken) {
    float[] probabilities = answer.prediction();
    if (probabilities == null) {
      onBroken.accept(new BrokenSample(index, file.toString(), answer.error()));
      return;
    }
    List<String> tags =
        IntStream.range(0, labels.size())
            .filter(c -> probabilities[c] >= 0.5)
            .mapToObj(labels::get)
            .toList();
    lines.append(file).append(',').append(String.join(" ", tags)).append('\n');
    onFound.accept(
        new PredictionWriter.Found(
            file + "  " + tags.stream().collect(Collectors.joining(", ")),
            Map.of("file", file.toString(), "tags", tags)));
  }

  @Override
  public DataVerdict check(Path root, TaskRecipe.Own settings) {
    TagData all = TagData.of(root);
    Map<String, Long> counts =
        all.rows().stream()
            .flatMap(row -> row.tags().stream())
            .collect(Collectors.groupingBy(tag -> tag, Collectors.counting()));
    List<String> missing =
        all.rows().stream()
            .filter(row -> !Files.isRegularFile(row.file()))
            .map(TagData.Row::name)
            .toList();
    String text =
        "%d pictures, tags %s%n%s"
            .formatted(all.size(), counts, missing.isEmpty() ? "" : "missing: " + missing + "\n");
    return new DataVerdict(
        Map.of("pictures", all.size(), "tags", counts, "missing", missing),
        text,
        missing.isEmpty());
  }
}
