package dev.adapterx.data.synthetic;

/** The kinds of shape there are formulas for. */
enum ShapeFamily {
  TABLE(Furniture::table),
  PLANE(Aircraft::plane),
  SUPERQUADRIC(Quadrics::superquadric),
  CAR(RoadVehicles::car),
  VASE(Turnings::vase),
  CHAIR(Furniture::chair),
  MIRRORED(Compositions::mirrored),
  SHIP(Ships::ship),
  LAMP(Furniture::lamp),
  HELICOPTER(Aircraft::helicopter),
  HARMONICS(Quadrics::harmonics),
  SHELF(Furniture::shelf),
  TRUCK(RoadVehicles::truck),
  BOTTLE(Turnings::bottle),
  ROTATIONAL(Compositions::rotational),
  SAILER(Ships::sailer),
  SOFA(Furniture::sofa),
  BIPLANE(Aircraft::biplane),
  SUPERTOROID(Quadrics::supertoroid),
  TRAIN(RoadVehicles::train),
  MUG(Turnings::mug),
  BED(Furniture::bed),
  STACKED(Compositions::stacked),
  SUBMARINE(Ships::submarine),
  GOBLET(Turnings::goblet),
  ROCKET(Aircraft::rocket),
  CYCLE(RoadVehicles::cycle),
  COLUMN(Turnings::column),
  SPACECRAFT(Aircraft::spacecraft);

  /** Models a shape with y up, in any unit. */
  @FunctionalInterface
  interface Builder {
    void build(Modeller modeller, Genome genome);
  }

  private final Builder builder;

  ShapeFamily(Builder builder) {
    this.builder = builder;
  }

  Surface surface(Genome genome) {
    Surface surface = new Surface();
    builder.build(new Modeller(surface), genome);
    return surface;
  }
}
