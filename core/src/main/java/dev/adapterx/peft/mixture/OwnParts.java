package dev.adapterx.peft.mixture;

/**
 * Parameters that each block has of its own around a shared mixture, so that one library can serve
 * each block differently. Letters: x the block's input to the mixture, D width, K router width, E
 * experts.
 *
 * <pre>
 *   x' = α ⊙ x + β        input: 2D a block, α = 1 and β = 0 at first
 *   m  = SMoA(x')
 *   m' = g · γ ⊙ m        output: γ, D a block, 1 at first; scale: g, one number a block, 1 at first
 * </pre>
 *
 * <p>At the start all of them are the identity except {@code router}, which draws a new router for
 * each block.
 *
 * @param input a scale and shift before the mixture, seen by router and experts
 * @param output a scale behind it, for the sum and the prompt
 * @param scale a factor behind it
 * @param embedding a vector added to what the router compares with the experts: K a block, or
 *     D/heads for a linear router; 0 at first
 * @param router a router over the shared experts, as large as the shared one it replaces
 */
public record OwnParts(
    boolean input, boolean output, boolean scale, boolean embedding, boolean router) {
  /** None: all blocks use the mixture alike. */
  public static final OwnParts NONE = new OwnParts(false, false, false, false, false);
}
