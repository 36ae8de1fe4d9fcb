package dev.adapterx.peft.points;

import dev.adapterx.base.Rng;
import dev.adapterx.model.Backbone;
import dev.adapterx.model.Capability;
import dev.adapterx.model.Parameters;
import dev.adapterx.model.PointConfig.Positions;
import dev.adapterx.peft.PeftMethod;
import dev.adapterx.peft.Tuner;
import dev.adapterx.peft.kit.Activation;
import dev.adapterx.peft.kit.Checks;
import dev.adapterx.peft.kit.Feature;
import dev.adapterx.peft.mixture.AdapterX;
import dev.adapterx.peft.mixture.SharingMoA;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * DAPT-X: {@link Dapt} with {@link AdapterX}'s Sharing Mixture of Adapters, one for all blocks, in
 * place of each block's dynamic adapter, and a trained second norm in each block.
 *
 * <pre>
 *   u = T(norm2 a),  m = SMoA(u),  y = a + DP(T(fc2 gelu(T(fc1 u))) + m)
 *   P = T(mean_t φ(m_t)),  next x = [y_CLS, P, older prompts, patches]      (B, N + 1, D)
 *   feature = [CLS, max over the patches] of T(norm(x))
 * </pre>
 *
 * <p>Trainable (D width, L depth, h heads, d = D/h, R bottleneck, E experts, K router width):
 * {@code E(2dR + R + d) + Kd + EK} shared, {@code 2DL} norms, {@code 2DL} prompts, {@code 22DL +
 * 4D} transforms unless {@code tfts: false}, {@code 2D} CLS and its position. Point-MAE with the
 * defaults: 148,800, with Point-MAE's head over 15 classes 416,335, 1.88 % of what full fine-tuning
 * trains; without transforms 313,423. Not mergeable: routing depends on the data, and prompts add
 * tokens.
 *
 * <p>Appears in the figures of Adapter-X, <a href="https://arxiv.org/abs/2406.03051">arXiv
 * 2406.03051</a>, without formulas or code: which parts of DAPT remain is chosen here so that the
 * printed share comes out, see docs/design.md. The mixture is scaled by 1 and its token scale is
 * the router's probability; DAPT's own scale is removed with its adapter. With prompts among the
 * features the last block's prompt is trained; without them it is kept, as there. Works on images
 * too.
 *
 * @param experts E
 * @param heads h, sub-tokens per token; must divide D
 * @param bottleneck R; absent: D/12 where that is whole, else D/16
 * @param routerWidth K
 * @param router how sub-tokens are scored
 * @param routing how many experts process a sub-token
 * @param tfts whether DAPT's scales and shifts stay
 * @param positions added once as in DAPT, or in every block as in Point-MAE, where prompts have
 *     none
 * @param features what the head sees
 * @param balance weight of the balance loss
 * @param dropout inside the experts
 * @param activation of the experts
 * @param promptActivation φ
 */
public record DaptX(
    int experts,
    int heads,
    @Nullable Integer bottleneck,
    int routerWidth,
    AdapterX.RouterFlavour router,
    AdapterX.Routing routing,
    boolean tfts,
    Positions positions,
    List<Feature> features,
    double balance,
    double dropout,
    Activation activation,
    Activation promptActivation)
    implements PeftMethod {

  /** The settings before validation, each at its default. */
  public static final class Options {
    public int experts = 4;
    public int heads = 4;
    public @Nullable Integer bottleneck = null;
    public int routerWidth = 16;
    public AdapterX.RouterFlavour router = AdapterX.RouterFlavour.TORCHSCALE;
    public AdapterX.Routing routing = AdapterX.Routing.TOP1;
    public boolean tfts = true;
    public Positions positions = Positions.ONCE;
    public List<Feature> features = List.of(Feature.CLS, Feature.PATCHES);
    public double balance = 0.01;
    public double dropout = 0;
    public Activation activation = Activation.GELU;
    public Activation promptActivation = Activation.GELU;

    private Options() {}
  }

  public DaptX {
    Checks.atLeastOne("dapt-x.experts", experts);
    Checks.atLeastOne("dapt-x.heads", heads);
    Checks.atLeastOne("dapt-x.router-width", routerWidth);
    if (bottleneck != null) {
      Checks.atLeastOne("dapt-x.bottleneck", bottleneck);
    }
    Checks.notNegative("dapt-x.balance", balance);
    Checks.share("dapt-x.dropout", dropout);
    features = Checks.features("dapt-x.features", features);
  }

  /** The defaults. */
  public DaptX() {
    this(new Options());
  }

  private DaptX(Options o) {
    this(
        o.experts,
        o.heads,
        o.bottleneck,
        o.routerWidth,
        o.router,
        o.routing,
        o.tfts,
        o.positions,
        o.features,
        o.balance,
        o.dropout,
        o.activation,
        o.promptActivation);
  }

  /** The defaults with changes: {@code DaptX.with(o -> o.tfts = false)}. */
  public static DaptX with(Consumer<Options> changes) {
    Options options = new Options();
    changes.accept(options);
    return new DaptX(options);
  }

  @Override
  public String name() {
    return "dapt-x";
  }

  @Override
  public String title() {
    return "DAPT-X";
  }

  /** The settings of the mixture, which is Adapter-X's. */
  public AdapterX mixture() {
    return AdapterX.with(
        o -> {
          o.experts = experts;
          o.heads = heads;
          o.bottleneck = bottleneck;
          o.routerWidth = routerWidth;
          o.router = router;
          o.routing = routing;
          o.scale = 1;
          o.balance = balance;
          o.dropout = dropout;
          o.activation = activation;
          o.promptActivation = promptActivation;
        });
  }

  @Override
  public Map<Capability, String> needs() {
    return DaptTuner.NEEDS;
  }

  @Override
  public Tuner attach(Backbone backbone, Rng rng) {
    int width = backbone.width();
    AdapterX mixture = mixture();
    int inner = mixture.bottleneck(width);
    Checks.divides("dapt-x.heads", heads, width);
    Checks.believableLibrary("dapt-x", experts, width / heads, inner, routerWidth);
    Parameters parameters = new Parameters(rng, backbone.device());
    SharingMoA smoa = SharingMoA.initial(mixture, width, inner, "smoa", parameters);
    return new DaptTuner(
        backbone,
        new DaptTuner.Options(tfts, positions, promptActivation, features),
        block ->
            new DaptTuner.Site(
                parameters.copy(block.name() + ".norm2", block.norm2()), smoa::forward),
        parameters);
  }
}
