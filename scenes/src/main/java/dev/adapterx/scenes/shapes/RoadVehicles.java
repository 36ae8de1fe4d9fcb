package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Cars, trucks, trains and two-wheelers; forward is x. */
final class RoadVehicles {
  private RoadVehicles() {}

  static void car(Modeller m, Genome g) {
    double length = g.size(3.2, 5);
    double width = g.size(1.5, 2);
    double waist = g.size(0.6, 1);
    double cabin = g.size(0.4, 0.8);
    double front = g.size(0.15, 0.38);
    double rear = g.size(0.02, 0.3);
    double slope = g.size(0.04, 0.16);
    double wheel = g.size(0.28, 0.45);
    double sharp = g.size(3, 9);
    double clear = 0.6 * wheel;
    double half = (waist - clear) / 2;
    double nose = g.size(0.55, 1);
    double l = length / 2;
    Sweep.loft(
        m,
        new double[][] {
          {-l, clear + half, 0.7 * half, 0.42 * width},
          {-0.93 * l, clear + half, half, 0.49 * width},
          {0.3 * l, clear + half, half, 0.5 * width},
          {0.9 * l, clear + nose * half, nose * half, 0.47 * width},
          {l, clear + 0.8 * nose * half, 0.6 * nose * half, 0.4 * width}
        },
        sharp);
    double x0 = -l + rear * length;
    double x3 = l - front * length;
    double x1 = x0 + slope * length;
    double x2 = x3 - 1.4 * slope * length;
    boolean open = g.has(0.12);
    if (!open) {
      Sweep.loft(
          m,
          new double[][] {
            {x0, waist, 0.05, 0.46 * width},
            {x1, waist + cabin / 2, cabin / 2, 0.42 * width},
            {x2, waist + cabin / 2, cabin / 2, 0.42 * width},
            {x3, waist, 0.05, 0.46 * width}
          },
          sharp);
    }
    double axle = g.size(0.55, 0.68);
    wheels(m, new double[] {-axle * l, axle * l}, 0.46 * width, wheel, g.size(0.16, 0.28));
    if (g.has(0.25)) {
      double y = waist + g.size(0.1, 0.4);
      m.box(-0.95 * l, y, 0, 0.25, 0.04, 0.9 * width);
      m.box(-0.95 * l, (y + waist) / 2, 0.3 * width, 0.1, y - waist, 0.05);
      m.box(-0.95 * l, (y + waist) / 2, -0.3 * width, 0.1, y - waist, 0.05);
    }
    if (g.has(0.4)) {
      m.box(0.45 * l, waist + 0.1, 0.55 * width, 0.12, 0.12, 0.15);
      m.box(0.45 * l, waist + 0.1, -0.55 * width, 0.12, 0.12, 0.15);
    }
  }

  private static void wheels(Modeller m, double[] axles, double side, double radius, double thick) {
    for (double x : axles) {
      for (int k = -1; k <= 1; k += 2) {
        double z = k * side;
        m.rod(x, radius, z - thick / 2, x, radius, z + thick / 2, radius, radius);
      }
    }
  }

  static void truck(Modeller m, Genome g) {
    double length = g.size(4, 9);
    double width = g.size(1.8, 2.5);
    double wheel = g.size(0.35, 0.55);
    double cab = g.size(1, 1.8);
    double cabHigh = g.size(1.2, 2.2);
    double bonnet = g.has(0.4) ? g.size(0.5, 1.2) : 0;
    double loadHigh = g.size(0.4, 2.4);
    double floor = 2 * wheel;
    double l = length / 2;
    m.box(0, floor - 0.1, 0, length, 0.2, 0.5 * width);
    m.post(l - cab / 2 - bonnet, floor - wheel, 0, cab, cabHigh + wheel, 0.95 * width);
    if (bonnet > 0) {
      m.post(l - bonnet / 2, floor - wheel, 0, bonnet, 0.55 * cabHigh + wheel, 0.85 * width);
    }
    double load = length - cab - bonnet - 0.2;
    double middle = -l + load / 2;
    int kind = g.count(0, 3);
    if (kind == 0 || kind == 1) {
      m.post(middle, floor, 0, load, loadHigh, width);
    } else if (kind == 2) {
      double r = 0.45 * width;
      m.rod(-l, floor + r, 0, -l + load, floor + r, 0, r, r);
    } else {
      m.post(middle, floor, 0, load, 0.1, width);
      m.post(middle, floor, width / 2, load, 0.4 * loadHigh, 0.06);
      m.post(middle, floor, -width / 2, load, 0.4 * loadHigh, 0.06);
    }
    int back = g.count(1, 3);
    double[] axles = new double[back + 1];
    axles[0] = l - 0.5 * cab - 0.3 * bonnet;
    for (int i = 0; i < back; i++) {
      axles[i + 1] = -l + wheel * (1.2 + 2.3 * i);
    }
    wheels(m, axles, 0.45 * width, wheel, 0.3);
  }

  static void train(Modeller m, Genome g) {
    boolean steam = g.has(0.45);
    double length = g.size(4, 7);
    double r = g.size(0.5, 0.8);
    int axles = g.count(3, 6);
    double wheel = g.size(0.25, 0.5);
    m.box(0, 2 * wheel, 0, length, 0.15, 1.8 * r);
    double[] places = new double[axles];
    for (int i = 0; i < axles; i++) {
      places[i] = length * ((i + 0.5) / axles - 0.5);
    }
    wheels(m, places, 0.75 * r, wheel, 0.12);
    double floor = 2 * wheel;
    if (steam) {
      double cab = g.size(0.2, 0.35) * length;
      m.rod(-length / 2 + cab, floor + r, 0, length / 2, floor + r, 0, r, r);
      m.post(-length / 2 + cab / 2, floor, 0, cab, 2.6 * r, 1.9 * r);
      m.box(-length / 2 + cab / 2, floor + 2.6 * r, 0, cab * 1.2, 0.1, 2.2 * r);
      double chimney = g.size(0.3, 0.9);
      m.column(0.4 * length, floor + 1.9 * r, 0, 0.3 * r, 0.4 * r, chimney);
      m.ball(0.1 * length, floor + 2 * r, 0, 0.35 * r);
    } else {
      double high = g.size(1.6, 2.6) * r;
      double y = floor + high / 2;
      double nose = g.size(0.02, 0.2) * length;
      double l = length / 2;
      Sweep.loft(
          m,
          new double[][] {
            {-l, y, high / 2, 0.95 * r},
            {l - nose, y, high / 2, 0.95 * r},
            {l, y - 0.2 * high, 0.25 * high, 0.6 * r}
          },
          7);
    }
  }

  static void cycle(Modeller m, Genome g) {
    double wheel = g.size(0.3, 0.5);
    double base = g.size(2.3, 3.6) * wheel;
    double tyre = g.size(0.03, 0.14);
    double high = g.size(1.8, 2.6) * wheel;
    double thin = g.size(0.02, 0.06);
    for (int k = -1; k <= 1; k += 2) {
      Modeller hub = m.move(k * base / 2, wheel, 0);
      hub.turnX(Math.PI / 2).torus(wheel - tyre, tyre, 1);
      int spokes = 6;
      for (int i = 0; i < spokes; i++) {
        double a = Modeller.TURN * i / spokes;
        hub.rod(0, 0, 0, wheel * cos(a), wheel * sin(a), 0, 0.012, 0.012);
      }
    }
    double seatX = -g.size(0.1, 0.25) * base;
    double barX = g.size(0.25, 0.4) * base;
    double low = 0.8 * wheel;
    m.rod(-base / 2, wheel, 0, seatX, high * 0.8, 0, thin, thin);
    m.rod(-base / 2, wheel, 0, 0, low, 0, thin, thin);
    m.rod(0, low, 0, seatX, high, 0, thin, thin);
    m.rod(0, low, 0, barX, 0.85 * high, 0, thin, thin);
    m.rod(seatX, 0.8 * high, 0, barX, 0.85 * high, 0, thin, thin);
    m.rod(base / 2, wheel, 0, barX - 0.03, 1.1 * high, 0, thin, thin);
    m.rod(barX, 1.1 * high, -0.28, barX, 1.1 * high, 0.28, thin, thin);
    m.box(seatX, high, 0, 0.28, 0.06, 0.14);
    if (g.has(0.5)) {
      double tank = g.size(0.1, 0.25);
      m.ball(0.06 * base, 0.75 * high, 0, 0.25 * base, tank, tank);
      m.box(-0.02 * base, wheel, 0, 0.4 * base, 0.6 * wheel, 0.25);
    }
  }
}
