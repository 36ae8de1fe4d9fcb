package dev.adapterx.serve.task;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor that can be asked for.
 *
 * @param datatype of the Open Inference Protocol: {@code FP32}, {@code BYTES}, …
 * @param shape -1 where it depends on the request
 */
public record TensorForm(String name, String datatype, List<Long> shape) {
  private static final int INT = 4;

  public TensorForm {
    shape = List.copyOf(shape);
  }

  private static byte[] bytes(int each, int count, Consumer<ByteBuffer> values) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(each, count));
    values.accept(bytes.order(ByteOrder.LITTLE_ENDIAN));
    return bytes.array();
  }

  /** The values of a tensor, row by row. */
  public interface Values {
    /** As the protocol calls their type. */
    String datatype();

    /** How many there are. */
    int count();

    /** As JSON writes them: an array of numbers or a list of texts. */
    Object json();

    /** As bytes after the JSON, little endian. */
    byte[] bytes();
  }

  /** A tensor with its values, as many as its shape has. */
  public record Filled(String name, List<Long> shape, Values values) {
    public Filled {
      shape = List.copyOf(shape);
      long wanted = shape.stream().reduce(1L, Math::multiplyExact);
      if (wanted != values.count()) {
        throw new IllegalArgumentException(
            "%s of shape %s has %d values".formatted(name, shape, values.count()));
      }
    }
  }

  /** Numbers of 32 bits. */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  public record Floats(float[] all) implements Values {
    @Override
    public String datatype() {
      return "FP32";
    }

    @Override
    public int count() {
      return all.length;
    }

    @Override
    public Object json() {
      return all;
    }

    @Override
    public byte[] bytes() {
      return TensorForm.bytes(Float.BYTES, all.length, bytes -> bytes.asFloatBuffer().put(all));
    }
  }

  /** Indices from 0 to 65535. */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  public record Indices(short[] all) implements Values {
    @Override
    public String datatype() {
      return "UINT16";
    }

    @Override
    public int count() {
      return all.length;
    }

    @Override
    public Object json() {
      return all;
    }

    @Override
    public byte[] bytes() {
      return TensorForm.bytes(Short.BYTES, all.length, bytes -> bytes.asShortBuffer().put(all));
    }
  }

  /** Whole numbers of 32 bits. */
  @SuppressWarnings("ArrayRecordComponent") // on its way to the client; never compared
  public record Wholes(int[] all) implements Values {
    @Override
    public String datatype() {
      return "INT32";
    }

    @Override
    public int count() {
      return all.length;
    }

    @Override
    public Object json() {
      return all;
    }

    @Override
    public byte[] bytes() {
      return TensorForm.bytes(Integer.BYTES, all.length, bytes -> bytes.asIntBuffer().put(all));
    }
  }

  /** Texts; as bytes each after its length in 4 bytes. */
  public record Texts(List<String> all) implements Values {
    public Texts {
      all = List.copyOf(all);
    }

    @Override
    public String datatype() {
      return "BYTES";
    }

    @Override
    public int count() {
      return all.size();
    }

    @Override
    public Object json() {
      return all;
    }

    @Override
    public byte[] bytes() {
      List<byte[]> texts = all.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
      ByteBuffer bytes =
          ByteBuffer.allocate(texts.stream().mapToInt(text -> INT + text.length).sum())
              .order(ByteOrder.LITTLE_ENDIAN);
      texts.forEach(text -> bytes.putInt(text.length).put(text));
      return bytes.array();
    }
  }
}
