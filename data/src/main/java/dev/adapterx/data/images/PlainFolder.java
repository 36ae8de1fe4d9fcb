package dev.adapterx.data.images;

import dev.adapterx.data.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One folder per class and no splits: the whole is the split {@value #ALL}. {@link Split#holdOut}
 * makes a validation set of it.
 */
public record PlainFolder(Path root) implements Layout {
  /** Name of the only split. */
  public static final String ALL = "all";

  @Override
  public String description() {
    return "one folder per class, without splits";
  }

  @Override
  public List<String> splits() {
    return List.of(ALL);
  }

  /** None: a test on the training samples measures nothing. */
  @Override
  public Optional<String> split(Role role) {
    return Optional.empty();
  }

  @Override
  public FileDataset open(String split) {
    Layout.existing(
        this, split, " (the whole folder). Hold a part out, or sort it into train and test");
    return ImageFolder.open(root);
  }
}
