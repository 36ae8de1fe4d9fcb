package dev.adapterx.train.recipe;

import dev.adapterx.base.ConfigException;
import dev.adapterx.base.Settings;
import dev.adapterx.hub.FetchListener;
import dev.adapterx.hub.Hub;
import dev.adapterx.hub.HubName;
import dev.adapterx.model.Backbones;
import dev.adapterx.model.Backbones.BatchStatistics;
import dev.adapterx.model.PointConfig;
import dev.adapterx.model.ViTConfig;
import dev.adapterx.model.input.ImagePreprocessing;
import dev.adapterx.model.input.Normalisation;
import dev.adapterx.tensor.Device;
import dev.adapterx.tensor.Precision;
import dev.adapterx.weights.FoundModel;
import dev.adapterx.weights.Models;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which backbone, and what about it differs from its own description.
 *
 * @param path a weight file or a folder with one; {@code org/name} or {@code org/name@revision} on
 *     the hub ({@code hf://org/name} whatever folders there are); an address; {@code embedded} and
 *     {@code embedded-points} are those that ship with the library
 * @param preset instead of a path: a shape with random weights, for {@code params} and for training
 *     from scratch
 * @param inputSize pixels; other than the weights' own resizes the position embedding, if any
 * @param normalisation where the file does not say or says it wrongly
 * @param cropPct input size over the resized shorter side; without {@code crop}, 1 squashes
 * @param crop how a picture becomes a square: {@code center} takes its middle, {@code squash} all
 *     of it with another aspect ratio; absent: as the weights' own description says
 * @param heads where the file does not say
 * @param pooling what the head sees
 * @param points of a point transformer: N points a cloud
 * @param groups of a point transformer: G groups
 * @param neighbours of a point transformer: K points a group
 * @param positions of a point transformer: added in every block (Point-MAE) or once (DAPT)
 * @param batchNorm of a point transformer: whether the running statistics of a frozen encoder stay
 * @param classToken of a point transformer: whether a class token goes with the groups; absent: it
 *     does
 * @param prefix what of the weight file is taken: what its tensors' names begin with, the
 *     checkpoint's own keys included ({@code state_dict.}, {@code teacher.backbone.}); absent:
 *     found, averaged weights (EMA) before raw ones
 * @param precision of the frozen matrices; {@code int8}: the linear layers of the blocks are
 *     multiplied in eight bits on the way forward, and in bf16 on the way back
 * @param device where the model is computed with: {@code auto}, {@code cpu}, {@code cuda} or {@code
 *     cuda:1}
 */
public record BackboneRecipe(
    @Nullable String path,
    @Nullable String preset,
    @Nullable Integer inputSize,
    @Nullable Normalisation normalisation,
    @Nullable Double cropPct,
    ImagePreprocessing.@Nullable Crop crop,
    @Nullable Integer heads,
    ViTConfig.@Nullable Pooling pooling,
    @Nullable Integer points,
    @Nullable Integer groups,
    @Nullable Integer neighbours,
    PointConfig.@Nullable Positions positions,
    @Nullable BatchStatistics batchNorm,
    @Nullable Boolean classToken,
    @Nullable String prefix,
    Precision precision,
    Device device) {
  public BackboneRecipe {
    if (path != null && preset != null) {
      throw new ConfigException("backbone: give either path or preset, not both");
    }
  }

  /** Nothing chosen. */
  public static BackboneRecipe defaults() {
    return new BackboneRecipe(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Precision.AUTO,
        Device.AUTO);
  }

  /** As the loader of backbones wants to be told. */
  public Backbones.Options options() {
    return new Backbones.Options(
        inputSize,
        normalisation,
        cropPct,
        crop,
        heads,
        pooling,
        precision,
        new Backbones.PointOptions(points, groups, neighbours, positions, batchNorm, classToken),
        device,
        prefix,
        null);
  }

  /** This with another precision. */
  public BackboneRecipe with(Precision other) {
    return with("precision", Settings.json().valueToTree(other));
  }

  /** This with another way to a square. */
  public BackboneRecipe with(ImagePreprocessing.Crop other) {
    return with("crop", Settings.json().valueToTree(other));
  }

  /** This on another device. */
  public BackboneRecipe with(Device other) {
    return with("device", Settings.json().valueToTree(other));
  }

  private BackboneRecipe with(String key, JsonNode value) {
    ObjectNode tree = Settings.tree(this);
    tree.set(key, value);
    return Settings.convert(tree, BackboneRecipe.class, "backbone");
  }

  /** What results call it: the preset, its name on the hub, or the end of the path. */
  public String name() {
    if (path == null) {
      return String.valueOf(preset);
    }
    if (elsewhere()) {
      return remoteName(path);
    }
    Path file = Path.of(path);
    int names = file.getNameCount();
    return names < 2 ? path : file.subpath(names - 2, names).toString();
  }

  /** Whether the path names a backbone that ships with the library. */
  public boolean isEmbedded() {
    return path != null && Backbones.EMBEDDED.contains(path);
  }

  /** Whether the path is a name on the hub or an address. */
  public boolean elsewhere() {
    return path != null && !isEmbedded() && Models.isRemote(path);
  }

  /**
   * This with its path made absolute from a folder; names on the hub become {@code hf://} names.
   */
  BackboneRecipe relativeTo(Path folder) {
    if (path == null || isEmbedded() || Hub.isAddress(path)) {
      return this;
    }
    String placed =
        Models.isRemote(path, folder)
            ? HubName.parse(path).address()
            : RecipeText.resolved(folder, path);
    return withPath(placed);
  }

  /**
   * The files of the path, fetched if they are not on this machine.
   *
   * @throws ConfigException when there is no path
   * @throws dev.adapterx.base.CheckpointException when they cannot be had
   */
  public FoundModel found(FetchListener listener) {
    if (path == null) {
      throw new ConfigException(
          "backbone.path: expected a weight file, a folder with one, a model on the hub (org/name),"
              + " or 'embedded' or 'embedded-points'; set it in the recipe or as backbone.path=FILE");
    }
    return elsewhere()
        ? new Models(Hub.environment(listener)).find(path)
        : FoundModel.local(Path.of(path));
  }

  /**
   * This bound to what its path is now: a name to its commit, an address to its content. What says
   * a revision or is on this machine stays as it is.
   */
  public BackboneRecipe pinned(FetchListener listener) {
    if (!elsewhere()) {
      return this;
    }
    FoundModel model = found(listener);
    String place = String.valueOf(path);
    if (model.name().isEmpty()) {
      return place.contains("#")
          ? this
          : withPath(place + "#sha256=" + model.files().get(0).sha256());
    }
    boolean moving = HubName.isName(place) && HubName.parse(place).revision().equals(HubName.MAIN);
    return moving ? withPath(model.name().get().address()) : this;
  }

  /** Whether one path is what {@link #pinned} makes of another. */
  public static boolean isPinned(String path, String from) {
    return path.startsWith(from)
        && path.substring(from.length()).matches("@[0-9a-f]{40}|#sha256=[0-9a-f]{64}");
  }

  private static String remoteName(String path) {
    if (Hub.isAddress(path)) {
      String plain = path.replaceFirst("#.*", "");
      return plain.substring(plain.lastIndexOf('/') + 1);
    }
    HubName name = HubName.parse(path);
    return (name.isCommit() ? name.at(name.revision().substring(0, 7)) : name).toString();
  }

  private BackboneRecipe withPath(String other) {
    return with("path", Settings.json().valueToTree(other));
  }
}
