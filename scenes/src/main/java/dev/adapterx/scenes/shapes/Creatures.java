package dev.adapterx.scenes.shapes;

import static java.lang.StrictMath.cos;
import static java.lang.StrictMath.sin;

/** Bodies of limb chains: people, four-legged animals, birds, insects, snakes; facing x. */
final class Creatures {
  private Creatures() {}

  /** Rods with balls at the joints through the points; radii fall from the first to the last. */
  private static void limb(Modeller m, double r0, double r1, double[]... joints) {
    int n = joints.length - 1;
    for (int i = 0; i < n; i++) {
      double a = r0 + (r1 - r0) * i / n;
      double b = r0 + (r1 - r0) * (i + 1) / n;
      m.rod(joints[i], joints[i + 1], a, b);
      m.ball(joints[i + 1][0], joints[i + 1][1], joints[i + 1][2], b);
    }
  }

  private static double[] at(double x, double y, double z) {
    return new double[] {x, y, z};
  }

  /** The end of a bone hanging down, swung forward and outward. */
  private static double[] hang(double[] from, double length, double forward, double out) {
    return at(
        from[0] + length * sin(forward) * cos(out),
        from[1] - length * cos(forward) * cos(out),
        from[2] + length * sin(out));
  }

  static void human(Modeller m, Genome g) {
    double leg = g.size(0.38, 0.5);
    double torso = g.size(0.5, 0.65);
    double shoulder = g.size(0.17, 0.28);
    double hip = g.size(0.08, 0.16);
    double fat = g.size(0.8, 1.7);
    double head = g.size(0.11, 0.17);
    double spread = g.size(0.05, 0.5);
    double raise = g.has(0.4) ? g.size(0.9, 1.7) : g.size(0.05, 0.5);
    boolean sitting = g.has(0.15);
    boolean robe = g.has(0.15);
    double stride = sitting ? 1.4 : g.free(-0.5, 0.5);
    double hipY = 2 * leg + 0.05;
    double neck = hipY + torso;
    m.ball(0, hipY + 0.1 * torso, 0, 0.1 * fat, 0.14, hip + 0.06 * fat);
    m.ball(0, hipY + 0.62 * torso, 0, 0.11 * fat, 0.42 * torso, 0.85 * shoulder);
    m.ball(0, neck - 0.09, 0, 0.08, 0.07, shoulder);
    m.rod(0, neck - 0.06, 0, 0.02, neck + 0.1, 0, 0.06, 0.05);
    m.ball(0.02, neck + 0.08 + head, 0, 0.9 * head, 1.2 * head, 0.8 * head);
    for (int side = -1; side <= 1; side += 2) {
      double swing = side * stride * 0.6;
      double[] from = at(0, hipY, side * hip);
      double knee = sitting ? 1.4 : swing;
      double shin = sitting ? 0 : swing - g.free(0, 0.5);
      double[] mid = hang(from, leg, knee, side * 0.3 * spread);
      double[] foot = hang(mid, leg, shin, side * 0.2 * spread);
      limb(m, 0.085 * fat, 0.045, from, mid, foot);
      m.ball(foot[0] + 0.06, foot[1], foot[2], 0.12, 0.045, 0.05);
      double arm = leg * 0.78;
      double[] top = at(0, neck - 0.08, side * shoulder);
      double out = raise * g.free(0.85, 1.15);
      double[] elbow = hang(top, arm, -swing * 0.7, side * out);
      double bend = g.free(0, 1);
      double[] hand = hang(elbow, arm, bend - swing * 0.7, side * out * 0.9);
      limb(m, 0.055 * fat, 0.032, top, elbow, hand);
      m.ball(hand[0], hand[1] - 0.04, hand[2], 0.04, 0.07, 0.03);
    }
    if (robe) {
      m.column(0, 0.05, 0, hip + 0.2 * fat, 0.1 * fat + 0.03, hipY);
    }
    if (g.has(0.2)) {
      m.column(0, neck + 0.1 + 1.8 * head, 0, 1.7 * head, 1.6 * head, 0.03);
      m.column(0, neck + 0.1 + 1.8 * head, 0, 0.9 * head, 0.7 * head, head);
    }
  }

  static void quadruped(Modeller m, Genome g) {
    double length = g.size(0.7, 1.5);
    double r = g.size(0.14, 0.38);
    double leg = g.size(0.2, 0.9);
    double thick = g.size(0.04, 0.12);
    double neck = g.size(0.1, 0.9);
    double lift = g.size(0.1, 1.2);
    double head = g.size(0.1, 0.22);
    double snout = g.size(0.05, 0.35);
    double tail = g.size(0.1, 0.9);
    double droop = g.size(-0.8, 1.2);
    double l = length / 2;
    double y = leg + 0.6 * r;
    m.ball(-0.1 * length, y, 0, 0.62 * length, r, 0.85 * r);
    m.ball(0.3 * length, y, 0, 0.35 * length, 1.05 * r, 0.8 * r);
    double gait = g.free(-0.5, 0.5);
    for (int k = 0; k < 4; k++) {
      boolean front = (k & 1) == 0;
      double z = ((k & 2) == 0 ? 1 : -1) * 0.55 * r;
      double swing = (k == 0 || k == 3 ? 1 : -1) * gait;
      double[] hip = at((front ? 0.8 : -0.8) * l, y - 0.2 * r, z);
      double bend = front ? 0.3 : -0.35;
      double[] knee = hang(hip, 0.55 * leg, swing - bend * 0.5, 0);
      double[] foot = hang(knee, 0.55 * leg, swing * 0.7 + bend * 0.4, 0);
      limb(m, 1.5 * thick, 0.7 * thick, hip, knee, foot);
      m.ball(foot[0] + 0.4 * thick, foot[1], z, 1.2 * thick, 0.6 * thick, 0.8 * thick);
    }
    double[] base = at(0.75 * l, y + 0.4 * r, 0);
    double[] skull = at(base[0] + neck * cos(lift) + 0.05, base[1] + neck * sin(lift), 0);
    m.rod(base, skull, 0.55 * r, 0.75 * head);
    m.ball(skull[0], skull[1], 0, head * 1.2, head, 0.8 * head);
    m.rod(
        skull[0],
        skull[1],
        0,
        skull[0] + head + snout,
        skull[1] - 0.4 * snout,
        0,
        0.7 * head,
        0.35 * head);
    boolean horns = g.has(0.25);
    double ear = g.size(0.06, 0.4);
    for (int side = -1; side <= 1; side += 2) {
      double z = side * 0.5 * head;
      m.rod(
          skull[0] - 0.2 * head,
          skull[1] + 0.6 * head,
          z,
          skull[0] - 0.4 * head,
          skull[1] + head + ear,
          1.7 * z,
          0.3 * head,
          0.05);
      if (horns) {
        m.rod(
            skull[0],
            skull[1] + 0.7 * head,
            z,
            skull[0] + 0.1,
            skull[1] + head + 2 * ear,
            3 * z,
            0.04,
            0.015);
      }
    }
    double[] rump = at(-1.15 * l, y + 0.4 * r, 0);
    double[] mid = at(rump[0] - 0.4 * tail, rump[1] - 0.4 * tail * droop, 0);
    double[] end = at(mid[0] - 0.4 * tail, mid[1] - 0.6 * tail * droop, g.free(-0.1, 0.1));
    limb(m, 0.06, 0.03, rump, mid, end);
  }

  static void bird(Modeller m, Genome g) {
    double length = g.size(0.6, 1.2);
    double r = g.size(0.15, 0.32);
    double span = g.size(0.5, 1.6);
    double chord = g.size(0.25, 0.6);
    double flap = g.size(-0.3, 0.7) + g.free(-0.2, 0.2);
    boolean standing = g.has(0.4);
    double neck = g.size(0.05, 0.6);
    double beak = g.size(0.08, 0.4);
    double lean = standing ? g.size(0.2, 1) : 0;
    Modeller body = m.turnZ(lean);
    body.ball(0, 0, 0, length / 2, r, 0.85 * r);
    double[] chest = {0.4 * length, 0.3 * r, 0};
    double[] head = {0.45 * length + neck * 0.6, 0.4 * r + neck * (standing ? 0.6 : 0.2), 0};
    body.rod(chest, head, 0.6 * r, 0.3 * r);
    body.ball(head[0], head[1], 0, 0.45 * r);
    body.rod(
        head[0] + 0.3 * r, head[1], 0, head[0] + 0.4 * r + beak, head[1] - 0.05, 0, 0.2 * r, 0.02);
    for (int side = -1; side <= 1; side += 2) {
      if (standing) {
        body.ball(-0.1 * length, 0.1 * r, side * 0.75 * r, 0.5 * length, 0.7 * r, 0.25 * r);
      } else {
        fan(body.move(0.1 * length, 0.4 * r, side * 0.5 * r), side, span, chord, flap);
      }
      double z = side * 0.4 * r;
      double leg = standing ? g.size(0.2, 0.9) : 0.2;
      m.rod(0, -0.5 * r, z, 0, -0.7 * r - leg, z, 0.04, 0.025);
      m.ball(0.08, -0.7 * r - leg, z, 0.12, 0.02, 0.06);
    }
    double tail = g.size(0.2, 0.6);
    body.move(-0.42 * length, 0, 0).box(-tail / 2, 0, 0, tail, 0.04, 0.6 * r + 0.2 * tail);
  }

  private static void fan(Modeller m, int side, double span, double chord, double flap) {
    m.surface().beginSkin();
    int previous = -1;
    for (int i = 0; i <= 6; i++) {
      double t = i / 6.0;
      double y = span * (flap * t - 0.5 * flap * t * t * 1.2);
      double front = 0.3 * chord * sin(Math.PI * t) - 0.5 * chord * t * t;
      double back = -chord * (1 - 0.5 * t) - 0.3 * chord * t;
      int v = m.vertex(front, y, side * span * t);
      m.vertex((front + back) / 2, y + 0.05, side * span * t);
      m.vertex(back, y, side * span * t);
      if (i > 0) {
        m.surface().quad(previous, previous + 1, v + 1, v);
        m.surface().quad(previous + 1, previous + 2, v + 2, v + 1);
      }
      previous = v;
    }
  }

  static void insect(Modeller m, Genome g) {
    int segments = g.count(2, 3);
    int pairs = g.count(3, 4);
    double leg = g.size(0.4, 1.3);
    double rise = g.size(0.1, 0.6);
    double thin = g.size(0.02, 0.05);
    double x = 0;
    double last = 0;
    for (int i = 0; i < segments; i++) {
      double r = g.size(0.12, 0.4) * (i == 0 ? 0.7 : 1);
      double flat = g.size(0.6, 1);
      x -= i == 0 ? 0 : last + 0.8 * r;
      m.ball(x, 0, 0, r * 1.2, r * flat, r);
      last = r;
    }
    for (int k = 0; k < pairs; k++) {
      double turn = 0.9 - 1.8 * k / (pairs - 1.0);
      double root = -0.15 - 0.2 * k;
      for (int side = -1; side <= 1; side += 2) {
        double z = side * cos(turn);
        double[] knee = at(root + 0.5 * leg * sin(turn), rise * leg, 0.5 * leg * z);
        double[] foot = at(root + leg * sin(turn), -0.3 - 0.2 * leg, leg * z);
        limb(m, thin, 0.6 * thin, at(root, 0, 0), knee, foot);
      }
    }
    boolean wings = g.has(0.35);
    double span = g.size(0.6, 1.3);
    double chord = g.size(0.4, 0.9);
    double flap = g.size(-0.2, 0.9);
    for (int side = -1; side <= 1; side += 2) {
      m.rod(0.1, 0.1, side * 0.05, 0.5, 0.35, side * 0.25, 0.02, 0.012);
      if (wings) {
        fan(m.move(0.1, 0.15, 0), side, span, chord, flap);
        fan(m.move(-0.3, 0.12, 0), side, 0.7 * span, 0.8 * chord, 0.9 * flap);
      }
    }
  }

  static void snake(Modeller m, Genome g) {
    double waves = g.size(0.5, 2.5);
    double wide = g.size(0.1, 0.6);
    double r = g.size(0.05, 0.2);
    double rear = g.has(0.5) ? g.size(0.3, 0.9) : 0;
    boolean coiled = g.has(0.3);
    double climb = g.size(0.3, 1.2);
    double phase = g.free(0, 1);
    int n = 28;
    double[][] path = new double[n][];
    for (int i = 0; i < n; i++) {
      double t = i / (n - 1.0);
      double a = Modeller.TURN * (waves * t + phase);
      double up = rear * Math.max(0, t - 0.75) * 3;
      path[i] =
          coiled
              ? at(
                  0.5 * cos(2 * a) * (1 - 0.5 * t),
                  climb * t + up,
                  0.5 * sin(2 * a) * (1 - 0.5 * t))
              : at(3 * (t - 0.5), up, wide * sin(a));
    }
    Sweep.tube(m, path, i -> r * (i < 12 ? 0.1 + 0.9 * i / 12 : i > n - 3 ? 0.9 : 1), 10);
    double[] head = path[n - 1];
    m.ball(head[0], head[1], head[2], 1.7 * r, r, 1.3 * r);
  }
}
