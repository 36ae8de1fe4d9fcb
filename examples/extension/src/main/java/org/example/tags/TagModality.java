package org.example.tags;

import dev.adapterx.data.ClassNames;
import dev.adapterx.data.Dataset;
import dev.adapterx.data.Pipeline;
import dev.adapterx.data.Sample;
import dev.adapterx.data.Targeted;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.sets.DataKind;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.peft.AdaptedModel;
import dev.adapterx.task.Scores;
import dev.adapterx.train.input.Modality;
import dev.adapterx.train.recipe.Augmentations;
import dev.adapterx.train.recipe.DataRecipe;
import dev.adapterx.train.recipe.Recipe;
import dev.adapterx.train.report.Section;
import java.nio.file.Path;
import java.util.List;

/** How tagged pictures reach a batch, and what a report shows of them. */
final class TagModality extends Modality<Sample<RgbImage, TagSet>> {
  private final ImageInput input;

  TagModality(ImagePreprocessing preprocessing) {
    this.input = new ImageInput(preprocessing);
  }

  @Override
  public ImageInput input() {
    return input;
  }

  @Override
  public DataKind kind() {
    return DataKind.IMAGES;
  }

  @Override
  public Found<Sample<RgbImage, TagSet>> open(DataRecipe data, String split) {
    TagData found =
        TagData.of(Path.of(data.requirePath())).split(split).turned(data.turnsFiles());
    String words =
        "%d pictures with %d tags, %s".formatted(found.size(), found.classes().size(), split);
    return new Found<>(found, words);
  }

  @Override
  public Dataset<Sample<RgbImage, TagSet>> measured(
      DataRecipe data, String split, boolean byDefault, List<String> classes) {
    Dataset<Sample<RgbImage, TagSet>> found = open(data, split).dataset();
    ClassNames.requireSame(classes, "the run", found.classes(), data.requirePath());
    return found;
  }

  @Override
  public Pipeline<Sample<RgbImage, TagSet>> training(DataRecipe data, int classes) {
    return new Targeted<>(Augmentations.pipeline(data, input.preprocess(), classes));
  }

  @Override
  public Pipeline<Sample<RgbImage, TagSet>> evaluation() {
    return new Targeted<>(input.pipeline());
  }

  @Override
  public Tags task(Recipe recipe, Dataset<Sample<RgbImage, TagSet>> train) {
    return new Tags(train.classes());
  }

  @Override
  public List<Section> results(
      Scores scores, Dataset<Sample<RgbImage, TagSet>> data, AdaptedModel model) {
    return List.of(new TagSection((TagScores) scores, model.task().labels()));
  }
}
