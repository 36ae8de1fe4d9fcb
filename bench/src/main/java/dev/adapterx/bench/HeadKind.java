package dev.adapterx.bench;

import dev.adapterx.base.Label;
import dev.adapterx.base.Rng;
import dev.adapterx.data.Batch;
import dev.adapterx.data.targets.Box;
import dev.adapterx.data.targets.Boxes;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.detect.BoxForm;
import dev.adapterx.dense.detect.Detection;
import dev.adapterx.dense.picture.Tiles;
import dev.adapterx.dense.picture.Windows;
import dev.adapterx.dense.segment.PixelForm;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.model.Backbone;
import dev.adapterx.task.Classification;
import dev.adapterx.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;

/** What is measured on top of a backbone: a task of a usual size, with inputs and targets. */
enum HeadKind {
  /** 100 classes of a sample. */
  CLASSES {
    @Override
    Task<?, ?> task(Backbone backbone) {
      return Classification.of(labels(100));
    }

    @Override
    Batch<?> batch(Work work, int size, Backbone backbone) {
      return of(size, backbone, 1, i -> Label.of(i % 100));
    }
  },
  /** 11 classes of each pixel: four layers, the map doubled twice. */
  PIXELS {
    @Override
    Task<?, ?> task(Backbone backbone) {
      return Segmentation.of(labels(11), PixelForm.defaults(), side(backbone));
    }

    @Override
    Batch<?> batch(Work work, int size, Backbone backbone) {
      return masks(work, size, backbone, 11);
    }
  },
  /** 11 classes of each pixel by a linear layer on the last block's patches. */
  LINEAR_PIXELS {
    @Override
    Task<?, ?> task(Backbone backbone) {
      return Segmentation.of(labels(11), PixelForm.linear(backbone), side(backbone));
    }

    @Override
    Batch<?> batch(Work work, int size, Backbone backbone) {
      return masks(work, size, backbone, 11);
    }
  },
  /** Boxes of 3 classes, twenty of them in a picture. */
  BOXES {
    @Override
    Task<?, ?> task(Backbone backbone) {
      return Detection.of(labels(3), BoxForm.defaults(), backbone, 0);
    }

    @Override
    Batch<?> batch(Work work, int size, Backbone backbone) {
      int side = side(backbone);
      int width = work == Work.TRAIN ? side : WIDTH;
      int height = work == Work.TRAIN ? side : HEIGHT;
      int views = Tiles.of(side, 0, width, height).places().size();
      return of(size, backbone, views, i -> boxes(width, height, Rng.of(i, "boxes")));
    }
  };

  private static final int WIDTH = 480;
  private static final int HEIGHT = 360;
  private static final int BOXES_A_PICTURE = 20;

  abstract Task<?, ?> task(Backbone backbone);

  /** Inputs of noise; of a picture to be predicted the views of 480 × 360 pixels. */
  abstract Batch<?> batch(Work work, int size, Backbone backbone);

  /** As it is asked for. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The one of a title.
   *
   * @throws CommandLine.TypeConversionException when there is none
   */
  static HeadKind named(String title) {
    return Arrays.stream(values())
        .filter(kind -> kind.title().equalsIgnoreCase(title))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "expected one of %s, found '%s'"
                        .formatted(
                            Arrays.stream(values())
                                .map(HeadKind::title)
                                .collect(Collectors.joining(", ")),
                            title)));
  }

  private static List<String> labels(int classes) {
    return IntStream.range(0, classes).mapToObj(c -> "class" + c).toList();
  }

  private static int side(Backbone backbone) {
    return Math.toIntExact(backbone.preprocessing().inputShape()[2]);
  }

  private static Batch<?> masks(Work work, int size, Backbone backbone, int classes) {
    int side = side(backbone);
    if (work == Work.INFER) {
      int views = Windows.of(side, WIDTH, HEIGHT).places().size();
      return of(size, backbone, views, i -> ClassMask.unknown(WIDTH, HEIGHT));
    }
    short[] squares = new short[side * side]; // 16 x 16 pixels of a class each
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (short) ((i / side / 16 + i % side / 16) % classes);
    }
    return of(size, backbone, 1, i -> new ClassMask(side, side, squares));
  }

  private static Boxes boxes(int width, int height, Rng rng) {
    List<Box> all = new ArrayList<>();
    for (int i = 0; i < BOXES_A_PICTURE; i++) {
      double w = width * (0.05 + 0.2 * rng.nextDouble());
      double h = height * (0.05 + 0.2 * rng.nextDouble());
      double x = (width - w) * rng.nextDouble();
      double y = (height - h) * rng.nextDouble();
      all.add(Box.of(x, y, x + w, y + h, i % 3));
    }
    return new Boxes(width, height, all);
  }

  private static <T> Batch<T> of(int size, Backbone backbone, int views, IntFunction<T> target) {
    long[] shape = backbone.preprocessing().inputShape();
    int values = views * (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    Rng rng = Rng.of(0, "bench");
    float[][] all = new float[size][values];
    for (float[] sample : all) {
      for (int i = 0; i < values; i++) {
        sample[i] = (float) rng.nextGaussian();
      }
    }
    return new Batch<>(
        all,
        IntStream.range(0, size).mapToObj(target).toList(),
        IntStream.range(0, size).toArray());
  }
}
