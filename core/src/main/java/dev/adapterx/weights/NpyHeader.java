package dev.adapterx.weights;

import dev.adapterx.base.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header of an npy file: a Python dict of exactly three keys. */
@SuppressWarnings("ArrayRecordComponent") // passed to StoredTensor, which copies
record NpyHeader(DType dtype, ByteOrder order, boolean fortran, long[] shape, int dataOffset) {
  private static final int MAX_HEADER = 10_000;

  private static final Map<String, DType> TYPES =
      Map.of(
          "f8", DType.F64,
          "f4", DType.F32,
          "f2", DType.F16,
          "i8", DType.I64,
          "i4", DType.I32,
          "i2", DType.I16,
          "i1", DType.I8,
          "u1", DType.U8,
          "b1", DType.BOOL);

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{0,64})'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile(
          "'shape'\\s*:\\s*\\(\\s*((?:\\d{1,18}L?\\s*,\\s*){0,64})(\\d{1,18}L?)?\\s*,?\\s*\\)");

  static NpyHeader parse(String what, ByteBuffer bytes) {
    if (bytes.limit() < 10 || (bytes.get(0) & 0xFF) != 0x93 || bytes.get(1) != 'N') {
      throw new CheckpointException(what + ": no npy header; the file is damaged: fetch it again");
    }
    int version = bytes.get(6);
    int start = version == 1 ? 10 : 12;
    if (version < 1 || version > 3 || bytes.limit() < start) {
      throw new CheckpointException(what + ": npy version " + version + ", expected 1, 2 or 3");
    }
    ByteBuffer little = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long length =
        version == 1
            ? Short.toUnsignedLong(little.getShort(8))
            : Integer.toUnsignedLong(little.getInt(8));
    if (length > MAX_HEADER || length > bytes.limit() - start) {
      throw new CheckpointException(
          "%s: npy header of %d bytes, expected %d at most"
              .formatted(what, length, Math.min(MAX_HEADER, bytes.limit() - start)));
    }
    byte[] text = new byte[(int) length];
    bytes.get(start, text);
    String dict = new String(text, StandardCharsets.UTF_8).trim();
    String descr = find(what, DESCR, dict, "descr").group(1);
    if (descr.length() != 3 || !TYPES.containsKey(descr.substring(1))) {
      throw new CheckpointException(
          "%s: element type '%s' is not supported (floats f2 f4 f8, integers i1 i2 i4 i8 u1, b1)"
              .formatted(what, descr));
    }
    return new NpyHeader(
        TYPES.get(descr.substring(1)),
        descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        find(what, FORTRAN, dict, "fortran_order").group(1).equals("True"),
        shape(find(what, SHAPE, dict, "shape")),
        start + (int) length);
  }

  private static Matcher find(String what, Pattern pattern, String dict, String key) {
    Matcher matcher = pattern.matcher(dict);
    if (!dict.startsWith("{") || !matcher.find()) {
      throw new CheckpointException(
          "%s: npy header without a plain '%s' (records and objects are not supported), found %s"
              .formatted(what, key, dict.length() > 200 ? dict.substring(0, 200) + "..." : dict));
    }
    return matcher;
  }

  private static long[] shape(Matcher matcher) {
    String all = matcher.group(1) + (matcher.group(2) == null ? "" : matcher.group(2));
    return Pattern.compile("\\d+")
        .matcher(all)
        .results()
        .mapToLong(digits -> Long.parseLong(digits.group()))
        .toArray();
  }
}
