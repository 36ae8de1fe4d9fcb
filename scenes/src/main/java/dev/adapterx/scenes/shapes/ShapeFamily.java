package dev.adapterx.scenes.shapes;

/** The families of shapes. */
@SuppressWarnings("ImmutableEnumChecker") // the builders are functions without state
enum ShapeFamily {
  TABLE(Furniture::table),
  PLANE(Aircraft::plane),
  HUMAN(Creatures::human),
  SUPERQUADRIC(Quadrics::superquadric),
  CAR(RoadVehicles::car),
  TREE(Plants::tree),
  SWORD(Arms::sword),
  VASE(Turnings::vase),
  CHAIR(Furniture::chair),
  HEAD(Heads::head),
  HOUSE(Buildings::house),
  MIRRORED(Compositions::mirrored),
  SHIP(Ships::ship),
  QUADRUPED(Creatures::quadruped),
  PISTOL(Arms::pistol),
  FRACTAL((m, g) -> {}),
  LAMP(Furniture::lamp),
  HELICOPTER(Aircraft::helicopter),
  GEAR(Outlines::gear),
  HARMONICS(Quadrics::harmonics),
  SHELF(Furniture::shelf),
  BIRD(Creatures::bird),
  HAMMER(Tools::hammer),
  TOWER(Buildings::tower),
  TRUCK(RoadVehicles::truck),
  BOTTLE(Turnings::bottle),
  ROTATIONAL(Compositions::rotational),
  PALM(Plants::palm),
  SAILER(Ships::sailer),
  RIFLE(Arms::rifle),
  SOFA(Furniture::sofa),
  CITY(Buildings::city),
  FISH(Fishes::fish),
  BIPLANE(Aircraft::biplane),
  SUPERTOROID(Quadrics::supertoroid),
  GUITAR(Tools::guitar),
  STAR(Outlines::star),
  TRAIN(RoadVehicles::train),
  MUG(Turnings::mug),
  INSECT(Creatures::insect),
  BED(Furniture::bed),
  KNIFE(Arms::knife),
  BLOB(Heads::blob),
  STACKED(Compositions::stacked),
  CHURCH(Buildings::church),
  SUBMARINE(Ships::submarine),
  SCREEN(Tools::screen),
  CONIFER(Plants::conifer),
  GOBLET(Turnings::goblet),
  ROCKET(Spacecraft::rocket),
  GLYPH(Outlines::glyph),
  CASTLE(Buildings::castle),
  CYCLE(RoadVehicles::cycle),
  UMBRELLA(Tools::umbrella),
  AXE(Arms::axe),
  HAND(Outlines::hand),
  COLUMN(Turnings::column),
  SNAKE(Creatures::snake),
  WRENCH(Tools::wrench),
  SPACECRAFT(Spacecraft::spacecraft),
  FLOWER(Plants::flower),
  BRIDGE(Buildings::bridge),
  WHEEL(Outlines::wheel),
  SHOVEL(Tools::shovel),
  SPRING(Tools::spring),
  STAIRS(Buildings::stairs),
  LADDER(Tools::ladder),
  DRIVER(Tools::driver),
  SPECTACLES(Tools::spectacles);

  /** Models a shape with y up, in any unit. */
  @FunctionalInterface
  interface Builder {
    void build(Modeller modeller, Genome genome);
  }

  private final Builder builder;

  ShapeFamily(Builder builder) {
    this.builder = builder;
  }

  /** The shape's triangles; none for {@link #FRACTAL}, whose points come from its orbit. */
  Surface surface(Genome genome) {
    Surface surface = new Surface();
    builder.build(new Modeller(surface), genome);
    return surface;
  }
}
