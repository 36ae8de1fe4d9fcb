package dev.adapterx.scenes.images;

/** Two colours and where to put how much of the second. */
record Paint(Rgb from, Rgb to, Field share) {

  static Paint plain(Rgb colour) {
    return new Paint(colour, colour, Field.plain());
  }
}
