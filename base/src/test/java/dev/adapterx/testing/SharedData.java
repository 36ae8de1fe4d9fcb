package dev.adapterx.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs the real data which lies beside the checkout, in {@code ../shared/data};
 * skipped where it does not.
 */
@Tag("shared-data")
@ExtendWith(SharedData.Beside.class)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface SharedData {
  /** Looks for the folder from the module outwards. */
  final class Beside implements ExecutionCondition {
    /** The folder of real data, whether it exists or not. */
    public static Path folder() {
      return Path.of("").toAbsolutePath().resolveSibling("../shared/data").normalize();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Files.isDirectory(folder())
          ? enabled("found " + folder())
          : disabled(context.getDisplayName() + " needs ../shared/data beside the checkout");
    }
  }
}
