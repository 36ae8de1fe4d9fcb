package dev.adapterx.base.pickle;

import dev.adapterx.base.AdapterXException;
import dev.adapterx.base.pickle.PickleValue.Dict;
import dev.adapterx.base.pickle.PickleValue.None;
import dev.adapterx.base.pickle.PickleValue.Opaque;
import dev.adapterx.base.pickle.PickleValue.Sequence;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pickle machine that builds only {@link PickleValue}s, strings, numbers and booleans, and
 * resolves only the names that {@link PickleGlobals} allow: it cannot run anything.
 *
 * <p>Source: the opcodes of protocols 0 to 5 as described in Python's {@code Lib/pickletools.py}.
 * Numbers of steps, containers and memo entries are bounded; nesting costs no stack, because the
 * machine is not recursive.
 */
public final class Unpickler {
  private static final int MAX_STEPS = 4_000_000;
  private static final int MAX_OBJECTS = 1_000_000;
  private static final int MAX_NUMBER_BYTES = 1024;
  private static final None NONE = new None();
  private static final Object MARK = new Object();

  private final String file;
  private final PickleGlobals globals;
  private final ByteBuffer in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int objects;

  /**
   * Reads from the buffer's position.
   *
   * @param file name for messages
   */
  public Unpickler(String file, ByteBuffer in, PickleGlobals globals) {
    this.file = file;
    this.globals = globals;
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The next pickle's value; afterwards the buffer is positioned behind it.
   *
   * @throws AdapterXException the globals' own, when it is damaged, too large, or uses a name that
   *     is refused
   */
  public Object next() {
    stack.clear();
    memo.clear();
    try {
      for (int step = 0; step < MAX_STEPS; step++) {
        int opcode = in.get() & 0xFF;
        if (opcode == '.') {
          return pop();
        }
        perform(opcode);
      }
    } catch (BufferUnderflowException e) {
      throw globals.failure(
          file + ": the pickle ends in the middle; the file is truncated: fetch it again", e);
    }
    throw broken("takes more than " + MAX_STEPS + " steps");
  }

  private void perform(int opcode) {
    switch (opcode) {
      case 0x80 -> in.get(); // PROTO
      case 0x95 -> in.getLong(); // FRAME
      case '(' -> push(MARK);
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      case 'c', 0x93, 'i', 'o', 'R', 0x81, 0x92, 'b', 'Q', 'P', 0x82, 0x83, 0x84, 0x97, 0x98 ->
          performObject(opcode);
      case ')', ']', '}', 0x8f, 't', 'l', 'd', 0x85, 0x86, 0x87, 'a', 'e', 's', 'u', 0x90, 0x91 ->
          performContainer(opcode);
      case 'q', 'r', 'p', 0x94, 'h', 'j', 'g' -> performMemo(opcode);
      default -> performLiteral(opcode);
    }
  }

  private void performObject(int opcode) {
    switch (opcode) {
      case 'c' -> push(counted(globals.global(line(), line())));
      case 0x93 -> { // STACK_GLOBAL
        Object name = pop();
        push(counted(globals.global(text(pop()), text(name))));
      }
      case 'i' -> { // INST
        Object callable = globals.global(line(), line());
        push(counted(globals.call(callable, new Sequence(popToMark()))));
      }
      case 'o' -> { // OBJ
        List<Object> items = popToMark();
        if (items.isEmpty()) {
          throw broken("makes an object of no class");
        }
        Object arguments = new Sequence(items.subList(1, items.size()));
        push(counted(globals.call(items.get(0), arguments)));
      }
      case 'R', 0x81 -> { // REDUCE, NEWOBJ
        Object arguments = pop();
        push(counted(globals.call(pop(), arguments)));
      }
      case 0x92 -> { // NEWOBJ_EX
        pop();
        Object arguments = pop();
        push(counted(globals.call(pop(), arguments)));
      }
      case 'b' -> { // BUILD
        Object state = pop();
        globals.build(top(), state);
      }
      case 'Q' -> push(counted(globals.persistent(pop()))); // BINPERSID
      default ->
          throw broken("uses opcode 0x%02x, which plain data does not need".formatted(opcode));
    }
  }

  private void performContainer(int opcode) {
    switch (opcode) {
      case ')' -> push(counted(new Sequence(List.of())));
      case ']', 0x8f -> push(counted(new Sequence(new ArrayList<>())));
      case '}' -> push(counted(new Dict()));
      case 't', 'l', 0x91 -> push(counted(new Sequence(popToMark())));
      case 'd' -> {
        Dict dict = new Dict();
        putAll(dict, popToMark());
        push(counted(dict));
      }
      case 0x85, 0x86, 0x87 -> { // TUPLE1, 2, 3
        List<Object> items = new ArrayList<>(List.of(pop()));
        for (int i = 0x85; i < opcode; i++) {
          items.add(0, pop());
        }
        push(counted(new Sequence(items)));
      }
      case 'a' -> {
        Object item = pop();
        appendAll(List.of(item));
      }
      case 'e', 0x90 -> appendAll(popToMark());
      case 's' -> {
        Object value = pop();
        setAll(List.of(pop(), value));
      }
      default -> setAll(popToMark());
    }
  }

  private void performMemo(int opcode) {
    switch (opcode) {
      case 'q' -> remember(in.get() & 0xFF);
      case 'r' -> remember(in.getInt());
      case 'p' -> remember(number(line()).intValue());
      case 0x94 -> remember(memo.size());
      case 'h' -> push(recall(in.get() & 0xFF));
      case 'j' -> push(recall(in.getInt()));
      default -> push(recall(number(line()).intValue()));
    }
  }

  private void performLiteral(int opcode) {
    switch (opcode) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) (in.get() & 0xFF));
      case 'M' -> push((long) (in.getShort() & 0xFFFF));
      case 'J' -> push((long) in.getInt());
      case 0x8a -> push(wholeNumber(in.get() & 0xFF));
      case 0x8b -> push(wholeNumber(in.getInt()));
      case 'I' -> {
        String digits = line();
        push(digits.equals("01") ? true : digits.equals("00") ? (Object) false : number(digits));
      }
      case 'L' -> push(number(line().replaceFirst("L$", "")));
      case 'F' -> {
        line();
        push(counted(new Opaque()));
      }
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
      case 'S' -> push(line().replaceAll("^['\"]|['\"]$", ""));
      case 'V' -> push(line());
      case 'U' -> push(byteString(in.get() & 0xFF));
      case 'T' -> push(byteString(in.getInt()));
      case 0x8c -> push(string(in.get() & 0xFF));
      case 'X' -> push(string(in.getInt()));
      case 0x8d -> push(string(in.getLong()));
      case 'C' -> pushBytes(in.get() & 0xFF);
      case 'B' -> pushBytes(in.getInt());
      case 0x8e, 0x96 -> pushBytes(in.getLong());
      default -> throw broken("has an unknown opcode 0x%02x".formatted(opcode));
    }
  }

  private Object counted(Object made) {
    if (++objects > MAX_OBJECTS) {
      throw broken("makes more than " + MAX_OBJECTS + " objects");
    }
    return made;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw broken("takes something from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = top();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popToMark() {
    for (int i = stack.size() - 1; i >= 0; i--) {
      if (stack.get(i) == MARK) {
        List<Object> items = new ArrayList<>(stack.subList(i + 1, stack.size()));
        stack.subList(i, stack.size()).clear();
        return items;
      }
    }
    throw broken("looks for a mark that was never set");
  }

  private void appendAll(List<Object> items) {
    Object target = top();
    if (target instanceof Sequence list && list.items() instanceof ArrayList<Object> growing) {
      growing.addAll(items);
    } else if (!(target instanceof Opaque)) {
      throw broken("appends to something that is no list");
    }
  }

  private void setAll(List<Object> items) {
    Object target = top();
    if (target instanceof Dict dict) {
      putAll(dict, items);
    } else if (!(target instanceof Opaque)) {
      throw broken("sets an item of something that is no dict");
    }
  }

  private void putAll(Dict dict, List<Object> items) {
    if (items.size() % 2 != 0) {
      throw broken("has a dict with a key but no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      dict.put(items.get(i), items.get(i + 1));
    }
  }

  private void remember(int index) {
    memo.put(index, top());
    if (memo.size() > MAX_OBJECTS) {
      throw broken("remembers more than " + MAX_OBJECTS + " objects");
    }
  }

  private Object recall(int index) {
    Object remembered = memo.get(index);
    if (remembered == null) {
      throw broken("recalls memo " + index + ", which was never stored");
    }
    return remembered;
  }

  private String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw broken("names a global by something that is no string");
  }

  private Object wholeNumber(int length) {
    if (length == 0) {
      return 0L;
    }
    if (length < 0 || length > MAX_NUMBER_BYTES) {
      throw broken("has a number of " + Integer.toUnsignedString(length) + " bytes");
    }
    byte[] bigEndian = new byte[length];
    for (int i = length - 1; i >= 0; i--) {
      bigEndian[i] = in.get();
    }
    return narrowed(new BigInteger(bigEndian));
  }

  private Number number(String digits) {
    if (digits.length() > MAX_NUMBER_BYTES || !digits.matches("[+-]?[0-9]+")) {
      throw broken("has a number that is none");
    }
    return narrowed(new BigInteger(digits));
  }

  private static Number narrowed(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
  }

  private String string(long length) {
    return StandardCharsets.UTF_8.decode(take(length)).toString();
  }

  private String byteString(long length) {
    return globals.byteStrings().decode(take(length)).toString();
  }

  private void pushBytes(long length) {
    push(counted(globals.bytes(take(length))));
  }

  private ByteBuffer take(long length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer taken = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return taken;
  }

  private String line() {
    int start = in.position();
    while (in.get() != '\n') {}
    return StandardCharsets.UTF_8.decode(in.slice(start, in.position() - 1 - start)).toString();
  }

  private AdapterXException broken(String how) {
    return globals.failure(
        "%s: the pickle %s (at its byte %d); the file is damaged or hostile"
            .formatted(file, how, in.position()),
        null);
  }
}
