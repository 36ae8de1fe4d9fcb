package dev.adapterx.serve.task;

import dev.adapterx.base.DataException;
import dev.adapterx.data.Views;
import dev.adapterx.data.image.RgbImage;
import dev.adapterx.data.targets.ClassMask;
import dev.adapterx.dense.mask.RunLength;
import dev.adapterx.dense.picture.MaskPainter;
import dev.adapterx.dense.picture.MaskPipeline;
import dev.adapterx.dense.segment.PixelShare;
import dev.adapterx.dense.segment.Segmentation;
import dev.adapterx.dense.segment.Segmenter;
import dev.adapterx.dense.segment.WindowedPicture;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Input;
import dev.adapterx.model.Backbone;
import dev.adapterx.peft.AdaptedModel;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A class for every pixel: masks in the pictures' own sizes, and the share of each class. */
public final class ServedSegmentation implements ServedTask {
  private static final String MASK = "mask";
  private static final String SHARES = "shares";
  private static final long PER_PIXEL = 8; // mask, its copies on the way to a PNG

  @Override
  public String name() {
    return Segmentation.NAME;
  }

  @Override
  public TaskService<?> over(Backbone backbone) {
    ImageInput input = Input.images(backbone);
    return new Service(
        MaskPipeline.evaluation(
            input.preprocess().inputSize(), input.preprocess().normalisation()));
  }

  /** Windows of a picture; its mask. */
  private record Service(MaskPipeline pipeline) implements TaskService<WindowedPicture> {
    @Override
    public WindowedPicture prepared(Object sample, String name, Wishes wishes) {
      return WindowedPicture.of((RgbImage) sample, pipeline);
    }

    /** One window, whose mask has its size. */
    @Override
    public WindowedPicture prepared(float[] values) {
      Views one = Views.of(values, values.length);
      return new WindowedPicture(one, pipeline.side(), pipeline.side());
    }

    @Override
    public long bytes(WindowedPicture sample) {
      return sample.windows().bytes() + PER_PIXEL * sample.width() * sample.height();
    }

    @Override
    public List<List<TaskAnswer>> answers(
        List<AdaptedModel> models, List<WindowedPicture> samples) {
      List<Segmenter> segmenters = models.stream().map(Segmenter::of).toList();
      List<List<TaskAnswer>> answers = new ArrayList<>();
      for (WindowedPicture sample : samples) { // each by itself, as predict does
        List<ClassMask> found = Segmenter.each(segmenters, sample);
        List<TaskAnswer> each = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
          each.add(new Answer(segmenters.get(i).task(), found.get(i)));
        }
        answers.add(each);
      }
      return answers;
    }

    @Override
    public List<TensorForm> outputs(AdaptedModel model) {
      return List.of(
          new TensorForm(MASK, "UINT16", List.of(-1L, -1L, -1L)),
          new TensorForm(SHARES, "FP32", List.of(-1L, (long) model.task().labels().size())));
    }

    @Override
    public TensorForm.Filled output(String name, List<TaskAnswer> answers) {
      List<Answer> own = answers.stream().map(Answer.class::cast).toList();
      return name.equals(MASK) ? masks(own) : shares(own);
    }

    private static TensorForm.Filled masks(List<Answer> own) {
      int width = own.get(0).mask.width();
      int height = own.get(0).mask.height();
      int pixels = width * height;
      short[] all = new short[Math.multiplyExact(own.size(), pixels)];
      for (int i = 0; i < own.size(); i++) {
        ClassMask mask = own.get(i).mask;
        if (mask.width() != width || mask.height() != height) {
          throw new DataException(
              "pictures of %d x %d and %d x %d pixels have masks that fit into no one tensor; send pictures of one size, or one a request"
                  .formatted(width, height, mask.width(), mask.height()));
        }
        System.arraycopy(mask.classes(), 0, all, i * pixels, pixels);
      }
      return new TensorForm.Filled(
          MASK,
          List.of((long) own.size(), (long) height, (long) width),
          new TensorForm.Indices(all));
    }

    private static TensorForm.Filled shares(List<Answer> own) {
      int classes = own.get(0).task.labels().size();
      float[] all = new float[own.size() * classes];
      for (int i = 0; i < own.size(); i++) {
        for (PixelShare one : own.get(i).shares()) {
          all[i * classes + one.index()] = (float) one.share();
        }
      }
      return new TensorForm.Filled(
          SHARES, List.of((long) own.size(), (long) classes), new TensorForm.Floats(all));
    }
  }

  /** A picture's mask. */
  private record Answer(Segmentation task, ClassMask mask) implements TaskAnswer {
    private List<PixelShare> shares() {
      return PixelShare.of(mask.classes(), task.labels());
    }

    private byte[] png() {
      return new MaskPainter(task.colours()).indices(mask);
    }

    @Override
    public Map<String, Object> json(Wishes wishes) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("width", mask.width());
      json.put("height", mask.height());
      json.put("classes", shares().stream().map(one -> json(one, wishes.mask())).toList());
      if (wishes.mask() == Wishes.Mask.PNG) {
        json.put("mask", Map.of("png", Base64.getEncoder().encodeToString(png())));
      }
      return json;
    }

    private Map<String, Object> json(PixelShare one, Wishes.Mask form) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("label", one.label());
      json.put("index", one.index());
      json.put("share", one.share());
      json.put("colour", "#%06x".formatted(task.colours()[one.index()]));
      if (form == Wishes.Mask.RLE) {
        Map<String, Object> runs = new LinkedHashMap<>();
        runs.put("size", List.of(mask.height(), mask.width()));
        runs.put("counts", RunLength.of(mask, one.index()).text());
        json.put("rle", runs);
      }
      return json;
    }

    @Override
    public Optional<Body> body(Wishes wishes) {
      return wishes.mask() == Wishes.Mask.FILE
          ? Optional.of(new Body("image/png", png()))
          : Optional.empty();
    }
  }
}
