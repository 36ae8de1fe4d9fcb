package dev.adapterx.serve;

import dev.adapterx.base.DataException;
import dev.adapterx.base.Reason;
import dev.adapterx.data.DecodingMemory;
import dev.adapterx.data.images.ImageHeader;
import dev.adapterx.data.points.format.CloudFile;
import dev.adapterx.infer.CloudInput;
import dev.adapterx.infer.ImageInput;
import dev.adapterx.infer.Input;
import dev.adapterx.serve.task.TaskService;
import dev.adapterx.serve.task.Wishes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Contents of files on their way to samples that wait. */
final class Intake {
  private final Input<?> input;
  private final long pixels;
  private final DecodingMemory memory = DecodingMemory.ofHeap();

  /**
   * @param pixels of the largest picture
   */
  Intake(Input<?> input, long pixels) {
    this.input = input;
    this.pixels = pixels;
  }

  Input<?> input() {
    return input;
  }

  /**
   * Looks at a content before it is decoded.
   *
   * @throws ServeException 400 when it is empty, 413 when it has too many pixels
   */
  void requireUsable(byte[] content) {
    if (content.length == 0) {
      throw ServeException.bad("The body is empty; send the content of a file");
    }
    if (input instanceof ImageInput) {
      ImageHeader.of(content).ifPresent(this::requirePixels);
    }
  }

  /**
   * Makes sure that a content can be decoded.
   *
   * @throws ServeException 400 when it cannot be
   */
  void requireReadable(byte[] content, String name) {
    if (!input.isKnown(Path.of(name))) {
      throw ServeException.bad("file: '" + name + "' has no ending of " + input.noun());
    }
    requireUsable(content);
    prepared(content, name, List.of(), Wishes.defaults(), false);
  }

  /**
   * Decodes a content and makes it ready for tasks.
   *
   * @param wishes what is told of it
   * @param view whether it is to be looked at
   * @throws ServeException 400 when it cannot be used
   */
  Prepared prepared(
      byte[] content, String name, List<TaskService<?>> wanted, Wishes wishes, boolean view) {
    boolean seen = view && wanted.stream().anyMatch(TaskService::seesInput);
    return prepared(input, content, name, wanted, wishes, seen);
  }

  /** As it lies in the file: how many points a cloud must have is a matter of the task. */
  private static <S> Object read(Input<S> of, byte[] content, String name) {
    return of instanceof CloudInput clouds
        ? CloudFile.read(content, name, clouds.sampling())
        : of.decode(content, name);
  }

  private void requirePixels(ImageHeader header) {
    if ((long) header.width() * header.height() > pixels) {
      throw new ServeException(
          413,
          "The picture has %d x %d pixels, more than the %d that are taken here; make it smaller"
              .formatted(header.width(), header.height(), pixels));
    }
  }

  private <S> Prepared prepared(
      Input<S> of,
      byte[] content,
      String name,
      List<TaskService<?>> wanted,
      Wishes wishes,
      boolean view) {
    try {
      return memory.within(
          of.memory(content),
          () -> {
            Object sample = wanted.isEmpty() ? of.decode(content, name) : read(of, content, name);
            Map<TaskService<?>, Object> ready = new HashMap<>();
            wanted.forEach(service -> ready.put(service, service.prepared(sample, name, wishes)));
            return new Prepared(ready, view ? View.of(of, sample) : null);
          });
    } catch (DataException e) {
      String other = other(content, name);
      throw ServeException.bad(other == null ? String.valueOf(e.getMessage()) : other);
    } catch (OutOfMemoryError e) {
      throw new ServeException(503, "The server has no memory to decode this now", e);
    } catch (RuntimeException e) { // decoders of hostile bytes throw whatever they like
      if (e.getCause() instanceof OutOfMemoryError) {
        throw new ServeException(503, "The server has no memory to decode this now", e);
      }
      String other = other(content, name);
      throw ServeException.bad(other == null ? name + ": " + Reason.of(e) : other);
    }
  }

  /** What to say of a cloud where pictures are taken, and the other way round; null: neither. */
  private @Nullable String other(byte[] content, String name) {
    if (input instanceof ImageInput) {
      return CloudFile.format(content, name)
          .map(
              format ->
                  "%s: expected a picture, found a point cloud (%s); the server's backbone takes pictures"
                      .formatted(name, format))
          .orElse(null);
    }
    return ImageHeader.of(content)
        .map(
            header ->
                "%s: expected a point cloud or a mesh, found a picture (%s); the server's backbone takes clouds"
                    .formatted(name, header.format()))
        .orElse(null);
  }
}
