package dev.adapterx.peft.mixture;

/**
 * What each block has of its own around a mixture that blocks share, so that one library can serve
 * each of them differently. Letters: x what the block gives the mixture, D width, K router width, E
 * experts.
 *
 * <pre>
 *   x' = α ⊙ x + β        input: 2D a block, α = 1 and β = 0 at first
 *   m  = SMoA(x')
 *   m' = g · γ ⊙ m        output: γ, D a block, 1 at first; scale: g, one number a block, 1 at first
 * </pre>
 *
 * <p>At the start nothing is changed by any of them but {@code router}, which draws each block's
 * own.
 *
 * @param input an own scale and shift before the mixture, seen by router and experts
 * @param output an own scale behind it, for the sum and the prompt
 * @param scale an own factor behind it
 * @param embedding an own vector that is added to what the router compares with the experts: K a
 *     block, of a linear router D/heads; 0 at first
 * @param router an own router over the shared experts, as large as the shared one it replaces
 */
public record OwnParts(
    boolean input, boolean output, boolean scale, boolean embedding, boolean router) {
  /** Nothing: all blocks use the mixture alike. */
  public static final OwnParts NONE = new OwnParts(false, false, false, false, false);
}
