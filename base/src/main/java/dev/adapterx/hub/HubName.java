package dev.adapterx.hub;

import dev.adapterx.base.ConfigException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository on the hub and one of its revisions: {@code org/name}, {@code org/name@revision}, or
 * either with the prefix {@code hf://}, which cannot be mistaken for a folder.
 *
 * @param repo {@code org/name}
 * @param revision a branch, a tag or a commit
 */
public record HubName(String repo, String revision) {
  /** The default branch. */
  public static final String MAIN = "main";

  /** Marks a name that is not a path, whatever files exist. */
  public static final String SCHEME = "hf://";

  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";
  private static final Pattern NAME = Pattern.compile("(" + PART + "/" + PART + ")(?:@(.+))?");
  private static final Pattern REVISION =
      Pattern.compile("(?!.*(?:\\.\\.|//|/\\.|\\.lock$|/$))[A-Za-z0-9_][A-Za-z0-9._/+-]*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST = 96;

  /** Endings that are common for files but not for models. */
  private static final List<String> FILES =
      List.of(
          ".safetensors",
          ".bin",
          ".pt",
          ".pth",
          ".ckpt",
          ".npz",
          ".npy",
          ".json",
          ".yaml",
          ".yml",
          ".h5",
          ".zip",
          ".tar",
          ".gz");

  public HubName {
    if (!REVISION.matcher(revision).matches()) {
      throw new ConfigException(
          "'%s@%s': expected a branch, a tag or a commit after the @, such as main or v1.0"
              .formatted(repo, revision));
    }
  }

  /**
   * Whether a text may name a repository: two parts of letters, digits, dots, dashes and
   * underscores around one slash, not ending as weight files do. Whether there is a file of that
   * name is not checked here; files take precedence.
   */
  public static boolean isName(String text) {
    return text.startsWith(SCHEME) || looksLikeName(text);
  }

  private static boolean looksLikeName(String text) {
    Matcher name = NAME.matcher(text);
    return name.matches()
        && name.group(1).length() <= LONGEST
        && !name.group(1).contains("--")
        && !name.group(1).contains("..")
        && FILES.stream().noneMatch(name.group(1).toLowerCase(Locale.ROOT)::endsWith);
  }

  /**
   * Parses a name.
   *
   * @throws ConfigException when it is not a valid name
   */
  public static HubName parse(String text) {
    String plain = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
    Matcher name = NAME.matcher(plain);
    if (!looksLikeName(plain) || !name.matches()) {
      throw new ConfigException(
          "'%s' is no name of a model on the hub: expected org/name or org/name@revision, such as"
                  .formatted(text)
              + " timm/vit_base_patch16_224.augreg_in21k");
    }
    String revision = name.group(2);
    return new HubName(name.group(1), revision == null ? MAIN : revision);
  }

  /** Whether the revision is a commit, which never changes. */
  public boolean isCommit() {
    return COMMIT.matcher(revision).matches();
  }

  /** The same repository at another revision. */
  public HubName at(String other) {
    return new HubName(repo, other);
  }

  /** In the form that {@link #parse} reads whatever files exist. */
  public String address() {
    return SCHEME + this;
  }

  /** {@code org/name}, with the revision unless it is {@code main}. */
  @Override
  public String toString() {
    return revision.equals(MAIN) ? repo : repo + "@" + revision;
  }
}
