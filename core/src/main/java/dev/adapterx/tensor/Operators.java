package dev.adapterx.tensor;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.TypeKind;
import org.jspecify.annotations.Nullable;

/** Operators that libtorch has by their names alone. */
public final class Operators {
  static {
    Native.load();
  }

  private Operators() {}

  /**
   * The last result of an operator.
   *
   * @param name {@code onednn::qlinear_prepack}
   * @param arguments tensors, Doubles, Longs, Strings, lists, or null
   */
  public static Tensor call(String name, @Nullable Object... arguments) {
    OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(name, "");
    IValue[] values = new IValue[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(arguments[i]);
    }
    IValueVector stack = new IValueVector(values);
    handle.callBoxed(stack);
    return new Tensor(stack.get(stack.size() - 1).toTensor()); // the stack frees its own
  }

  /**
   * A list as an operator's argument has it, by number; the type of its elements is the schema's.
   */
  public static GenericList list(String name, int argument, long... elements) {
    Type type =
        Dispatcher.singleton()
            .findSchemaOrThrow(name, "")
            .schema()
            .arguments()
            .getPointer(argument)
            .type()
            .get();
    Type list = type.kind() == TypeKind.OptionalType ? type.containedType(0).get() : type;
    GenericList made = new GenericList(list.containedType(0));
    for (long element : elements) {
      made.push_back(new IValue(element));
    }
    return made;
  }

  private static IValue value(@Nullable Object argument) {
    if (argument == null) {
      return new IValue();
    }
    if (argument instanceof IValue given) {
      return given;
    }
    if (argument instanceof Tensor tensor) {
      return new IValue(tensor);
    }
    if (argument instanceof Double number) {
      return new IValue((double) number);
    }
    if (argument instanceof Long number) {
      return new IValue((long) number);
    }
    return argument instanceof GenericList list ? new IValue(list) : new IValue((String) argument);
  }
}
