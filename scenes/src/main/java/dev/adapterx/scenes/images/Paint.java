package dev.adapterx.scenes.images;

/** Two colours and a field of the second one's share. */
record Paint(Rgb from, Rgb to, Field share) {

  static Paint plain(Rgb colour) {
    return new Paint(colour, colour, Field.plain());
  }
}
