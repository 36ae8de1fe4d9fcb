package dev.adapterx.base.pickle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values a pickle can build, besides Java's strings, numbers and booleans and the objects that
 * {@link PickleGlobals} create. None has behaviour; equality is identity, because a hostile pickle
 * may make them contain themselves.
 */
public abstract sealed class PickleValue {

  /** Python's {@code None}. */
  public static final class None extends PickleValue {}

  /** An object whose contents are irrelevant: a namespace, a numpy scalar, a device. */
  public static final class Opaque extends PickleValue {}

  /** A name in some module, which may be called if the {@link PickleGlobals} support it. */
  public static final class Global extends PickleValue {
    private final String name;

    public Global(String name) {
      this.name = name;
    }

    /** Module and name with a dot between. */
    public String name() {
      return name;
    }
  }

  /** Bytes of the file; not copied. */
  public static final class Bytes extends PickleValue {
    private final ByteBuffer content;

    public Bytes(ByteBuffer content) {
      this.content = content.asReadOnlyBuffer();
    }

    /** From position 0 to the limit, big-endian unless changed. */
    public ByteBuffer content() {
      return content.duplicate();
    }
  }

  /** A tuple or a list. */
  public static final class Sequence extends PickleValue {
    private final List<Object> items;

    public Sequence(List<Object> items) {
      this.items = items;
    }

    /** The live list, which still grows while a pickle is being read. */
    public List<Object> items() {
      return items;
    }
  }

  /** A dict; only strings and whole numbers are used as keys. */
  public static final class Dict extends PickleValue {
    private final Map<Object, Object> entries = new LinkedHashMap<>();

    /** Entries in insertion order. */
    public Map<Object, Object> entries() {
      return entries;
    }

    public void put(Object key, Object value) {
      entries.put(key, value);
    }

    /** The keys that are strings or whole numbers. */
    public List<String> names() {
      List<String> names = new ArrayList<>();
      for (Object key : entries.keySet()) {
        if (key instanceof String || key instanceof Long) {
          names.add(key.toString());
        }
      }
      return names;
    }
  }
}
