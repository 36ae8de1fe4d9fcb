package dev.adapterx.peft.mixture;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Parameters;
import dev.adapterx.nn.Pass;
import dev.adapterx.tensor.Init;
import dev.adapterx.tensor.Tensors;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Sharing Mixture of Adapters: splits each token into h sub-tokens of width d = D/h, sends each to
 * one expert of a library that all blocks share, weights the expert's output by the router's
 * probability, and merges the sub-tokens again.
 *
 * <p>With u a sub-token: {@code s = router(u)}, {@code p = softmax(s)} (fp32), {@code i = argmax p}
 * (ties to the lowest index), {@code y = p_i · E_i(u)}. Splitting and merging are reshapes: two D×D
 * projections, as in MH-MoE, would cost seven times the method's whole budget. p is not
 * renormalised: it would become 1, and the router would get no gradient.
 *
 * <p>Gradients: {@code ∂L/∂s_j = p_i (δ_ij − p_j) ⟨∂L/∂y, E_i(u)⟩}; an expert that is not chosen
 * gets none. At the start E = 0, so the router learns from the balance loss alone in the first
 * step.
 *
 * <p>Trainable: {@code E(2dR + R + d) + Kd + EK}; for a block's own parameters see {@link
 * OwnParts}.
 */
public final class SharingMoA {
  private final String name;
  private final AdapterX method;
  private final int experts;
  private final int heads;
  private final @Nullable Router router;
  private final Experts library;
  private final MixtureSite site;

  private SharingMoA(
      String name, AdapterX method, @Nullable Router router, Experts library, MixtureSite site) {
    this.name = name;
    this.method = method;
    this.experts = method.experts();
    this.heads = method.heads();
    this.router = router;
    this.library = library;
    this.site = site;
  }

  /** The same library, used by a block with parts of its own. */
  SharingMoA at(MixtureSite own) {
    return new SharingMoA(name, method, own.router() == null ? router : own.router(), library, own);
  }

  /** Makes the tensors under {@code place}. */
  public static SharingMoA initial(
      AdapterX method, int width, int bottleneck, String place, Parameters parameters) {
    int sub = width / method.heads();
    Router router =
        method.routing() == AdapterX.Routing.RANDOM || method.own().router()
            ? null
            : Router.initial(
                method.router(),
                method.experts(),
                sub,
                method.routerWidth(),
                place + ".router",
                parameters);
    Experts library =
        Experts.initial(
            method.experts(),
            sub,
            bottleneck,
            method.activation(),
            method.dropout(),
            place,
            parameters);
    return new SharingMoA(place, method, router, library, MixtureSite.NONE);
  }

  /**
   * x (B, N, D) to the same shape.
   *
   * @param place the block that uses the library; names its dropout and routing
   */
  public Tensor forward(Tensor x, Pass pass, String place) {
    return forward(x, x.size(1), pass, place);
  }

  /**
   * As {@link #forward(Tensor, Pass, String)}, for the first M tokens alone: (B, M, D). All tokens
   * are routed and counted, but only these are sent to their experts.
   *
   * @param count M, how many leading tokens
   */
  public Tensor forward(Tensor x, long count, Pass pass, String place) {
    long width = x.size(2);
    Tensor all = split(x);
    UnaryOperator<Tensor> first = rows -> first(rows, x.size(0), count);
    Tensor y =
        router == null
            ? random(first.apply(all), pass, place)
            : routed(router, all, first, pass, place);
    return site.out(y.view(x.size(0), count, width));
  }

  /** Reports to the pass's observer how the tokens x (B, N, D) would be routed. */
  void report(Tensor x, Pass pass, String place) {
    if (router != null) {
      Tensor p = torch.softmax(router.scores(split(x), site.embedding()), 1);
      pass.routed(place, name, p, p.argmax(new org.bytedeco.pytorch.LongOptional(1), true), heads);
    }
  }

  /** Tokens (B, N, D) to sub-tokens (T, d). */
  private Tensor split(Tensor x) {
    return site.into(x).reshape(-1, x.size(2) / heads);
  }

  /** Of rows per sub-token, selects those of each sample's first tokens. */
  private Tensor first(Tensor rows, long samples, long count) {
    long columns = rows.size(1);
    Tensor split = rows.view(samples, -1, columns);
    return count * heads == split.size(1)
        ? rows
        : split.narrow(1, 0, count * heads).reshape(-1, columns);
  }

  private Tensor routed(
      Router router, Tensor all, UnaryOperator<Tensor> first, Pass pass, String place) {
    Tensor scores = router.scores(jittered(all, pass, place), site.embedding()); // (T, E) fp32
    Tensor ofAll = torch.softmax(scores, 1);
    Tensor taken = ofAll.argmax(new org.bytedeco.pytorch.LongOptional(1), true); // (T, 1)
    pass.routed(place, name, ofAll, taken, heads);
    addLosses(scores, ofAll, taken, pass);
    Tensor u = first.apply(all);
    Tensor p = first.apply(ofAll);
    Tensor chosen = first.apply(taken);
    if (method.routing() == AdapterX.Routing.SOFT) {
      return library.weighed(u, p, pass, place);
    }
    // Sorting needs the chosen experts on the host. Where reading them would stall a device, all
    // experts process all tokens instead: E times the arithmetic, a small share of the total.
    Tensor gate = method.gate().of(p.gather(1, chosen), experts); // (T, 1)
    return u.is_cpu()
        ? library.dispatched(u, gate, Tensors.longs(chosen), pass, place)
        : library.weighed(u, oneHot(chosen, p).mul(gate), pass, place);
  }

  /** Switch Transformer's input jitter: only the router sees it. */
  private Tensor jittered(Tensor u, Pass pass, String place) {
    double jitter = method.jitter();
    if (jitter == 0 || !pass.isTraining()) {
      return u;
    }
    Tensor noise = Init.uniform(pass.rng(place + ".jitter"), jitter, u.shape());
    return Tensors.fp32(u).mul(Tensors.beside(u, noise.add(new Scalar(1.0))));
  }

  private Tensor random(Tensor u, Pass pass, String place) {
    int tokens = Math.toIntExact(u.size(0));
    if (!pass.isTraining()) {
      Tensor even = Tensors.beside(u, Init.constant(1.0 / experts, tokens, experts));
      return library.weighed(u, even, pass, place);
    }
    Rng rng = pass.rng(place + ".route");
    long[] drawn = new long[tokens];
    for (int t = 0; t < tokens; t++) {
      drawn[t] = rng.nextInt(experts);
    }
    return library.dispatched(
        u, Tensors.beside(u, Init.constant(1, tokens, 1)), drawn, pass, place);
  }

  private static Tensor oneHot(Tensor chosen, Tensor model) {
    return torch.zeros_like(model).scatter_(1, chosen, new Scalar(1.0));
  }

  /**
   * Balance: {@code E Σ_j f_j P_j} with f the share of sub-tokens sent to j (a constant) and P the
   * mean probability of j; 1 when uniform, E when collapsed. z: {@code mean_t (logsumexp_j s_tj)²}.
   * Both are means over the uses of the library.
   */
  private void addLosses(Tensor scores, Tensor p, Tensor chosen, Pass pass) {
    if (!pass.isTraining() || experts == 1) {
      return;
    }
    if (method.balance() > 0) {
      Tensor share = Tensors.mean(oneHot(chosen, p), 0);
      Tensor balance = share.detach().mul(Tensors.mean(p, 0)).sum();
      pass.addMeanLoss("balance", Tensors.scaled(balance, experts), method.balance());
    }
    if (method.zLoss() > 0) {
      pass.addMeanLoss("z", scores.logsumexp(1).square().mean(), method.zLoss());
    }
  }
}
