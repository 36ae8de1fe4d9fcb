// Masks: COCO's compressed run lengths, and colours over the picture.

const counts = text => {
  const found = [];
  for (let at = 0; at < text.length;) {
    let number = 0, shift = 0, group;
    do {
      group = text.charCodeAt(at++) - 48;
      number |= (group & 31) << shift;
      shift += 5;
    } while (group & 32);
    if (group & 16) number |= -1 << shift;
    found.push(found.length > 2 ? number + found[found.length - 2] : number);
  }
  return found;
};

/** For each pixel, row by row, the place of its class among the answer's classes. */
export const runs = ({width, height, classes}) => {
  const owner = new Int16Array(width * height).fill(-1);
  classes.forEach((one, c) => {
    let at = 0, inside = false;
    for (const count of counts(one.rle.counts)) {
      if (inside) for (let i = at; i < at + count; i++) owner[(i % height) * width + Math.floor(i / height)] = c;
      at += count;
      inside = !inside;
    }
  });
  return owner;
};

const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));

/** Draws the picture and, over it, every class or one alone. */
export const drawMask = (canvas, picture, owner, classes, strength, alone) => {
  const {width, height} = canvas;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.drawImage(picture, 0, 0, width, height);
  const image = pen.getImageData(0, 0, width, height);
  const colours = classes.map(c => rgb(c.colour));
  for (let i = 0; i < owner.length; i++) {
    const c = owner[i];
    if (c < 0 || (alone >= 0 && c !== alone)) continue;
    for (let k = 0; k < 3; k++) image.data[4 * i + k] += (colours[c][k] - image.data[4 * i + k]) * strength;
  }
  pen.putImageData(image, 0, 0);
};
