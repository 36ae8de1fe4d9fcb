package dev.adapterx.export.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * ONNX Runtime's adapter files ({@code .onnx_adapter}): values of a graph's inputs by name, a
 * FlatBuffer after its <a
 * href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/lora/adapter_format/adapter_schema.fbs">schema</a>:
 *
 * <pre>
 *   table Parameter { name:string; dims:[int64]; data_type:TensorDataType; raw_data:[uint8] (force_align: 8); }
 *   table Adapter { format_version:int32; adapter_version:int32; model_version:int32; parameters:[Parameter]; }
 *   root_type Adapter; file_identifier "TORT";
 * </pre>
 */
public final class AdapterFormat {
  private static final int VERSION = 1;
  // A vtable of both tables: its size, the table's size, then where the four fields are.
  private static final int VTABLE = 12;
  private static final int TABLE = 20;

  private AdapterFormat() {}

  /**
   * One value.
   *
   * @param value name, type and shape
   * @param bytes its elements, little-endian, in C order
   */
  public record Parameter(Value value, ByteBuffer bytes) {}

  /** The file of these values. */
  public static byte[] of(List<Parameter> parameters) {
    Layout sizes = new Layout(ByteBuffer.allocate(0), false);
    sizes.write(parameters);
    ByteBuffer file = ByteBuffer.allocate(sizes.position).order(ByteOrder.LITTLE_ENDIAN);
    new Layout(file, true).write(parameters);
    return file.array();
  }

  /** Writes front to back, so that every offset leads forward; run once to learn the size. */
  private static final class Layout {
    private final ByteBuffer file;
    private final boolean writing;
    private int position;

    Layout(ByteBuffer file, boolean writing) {
      this.file = file;
      this.writing = writing;
    }

    void write(List<Parameter> parameters) {
      position = 8;
      int vtable = vtable();
      int root = table(vtable);
      number(0, root);
      if (writing) {
        file.put(4, "TORT".getBytes(StandardCharsets.US_ASCII));
      }
      for (int field = 0; field < 3; field++) {
        number(root + 4 + 4 * field, VERSION);
      }
      int all = vector(parameters.size(), 4 * parameters.size(), 4);
      reference(root + 16, all);
      for (int i = 0; i < parameters.size(); i++) {
        int parameter = table(vtable);
        reference(all + 4 + 4 * i, parameter);
        write(parameters.get(i), parameter);
      }
    }

    private void write(Parameter parameter, int table) {
      Value value = parameter.value();
      byte[] name = value.name().getBytes(StandardCharsets.UTF_8);
      int text = vector(name.length, name.length + 1, 4); // a string ends with a zero byte
      int shape = vector(value.rank(), 8 * value.rank(), 8);
      ByteBuffer bytes = parameter.bytes().duplicate();
      int raw = vector(bytes.remaining(), bytes.remaining(), 8);
      reference(table + 4, text);
      reference(table + 8, shape);
      number(table + 12, value.type().number());
      reference(table + 16, raw);
      if (writing) {
        file.put(text + 4, name);
        for (int i = 0; i < value.rank(); i++) {
          file.putLong(shape + 4 + 8 * i, value.size(i));
        }
        file.put(raw + 4, bytes, bytes.position(), bytes.remaining());
      }
    }

    private int vtable() {
      int at = taken(VTABLE, 4, 0);
      if (writing) {
        file.putShort(at, (short) VTABLE).putShort(at + 2, (short) TABLE);
        for (int field = 0; field < 4; field++) {
          file.putShort(at + 4 + 2 * field, (short) (4 + 4 * field));
        }
      }
      return at;
    }

    private int table(int vtable) {
      int at = taken(TABLE, 4, 0);
      number(at, at - vtable); // the one offset that leads back
      return at;
    }

    /** A length and room for elements, which begin at a multiple of a number. */
    private int vector(int length, int bytes, int alignment) {
      int at = taken(4 + bytes, alignment, 4);
      number(at, length);
      return at;
    }

    /** Room whose place, so many bytes in, is a multiple of a number. */
    private int taken(int bytes, int alignment, int in) {
      while ((position + in) % alignment != 0 || position % 4 != 0) {
        position++;
      }
      int at = position;
      position = Math.addExact(position, bytes);
      return at;
    }

    private void number(int at, int value) {
      if (writing) {
        file.putInt(at, value);
      }
    }

    private void reference(int at, int to) {
      number(at, to - at);
    }
  }
}
