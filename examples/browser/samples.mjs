// Draws pictures for the test: node samples.mjs FOLDER. Two tasks on the same kind of pictures: shapes and colours.
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {crc32, deflateSync} from 'node:zlib';

const SIDE = 64, EACH = 12;
const SHAPES = {
  disc: (x, y, r) => x * x + y * y < r * r,
  square: (x, y, r) => Math.max(Math.abs(x), Math.abs(y)) < 0.85 * r,
  cross: (x, y, r) => Math.min(Math.abs(x), Math.abs(y)) < 0.3 * r && Math.max(Math.abs(x), Math.abs(y)) < r,
};
const COLOURS = {red: [200, 40, 50], green: [40, 160, 70], blue: [50, 80, 200]};

let state = 1;
const random = () => (state = (16807 * state) % 2147483647) / 2147483647;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]), whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

function png(pixel) {
  const rows = Buffer.alloc(SIDE * (1 + 3 * SIDE));
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) Buffer.from(pixel(x, y)).copy(rows, y * (1 + 3 * SIDE) + 1 + 3 * x);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

const folder = process.argv[2];
for (const [shape, inside] of Object.entries(SHAPES)) {
  for (const [colour, rgb] of Object.entries(COLOURS)) {
    for (let i = 0; i < EACH; i++) {
      const cx = SIDE * (0.35 + 0.3 * random()), cy = SIDE * (0.35 + 0.3 * random()), r = SIDE * (0.18 + 0.14 * random());
      const image = png((x, y) => {
        const base = inside(x - cx, y - cy, r) ? rgb : [225, 225, 220];
        return base.map(v => Math.max(0, Math.min(255, v + 40 * (random() - 0.5))));
      });
      for (const path of [join('shapes', shape), join('colours', colour)]) {
        mkdirSync(join(folder, path), {recursive: true});
        writeFileSync(join(folder, path, `${shape}-${colour}-${i}.png`), image);
      }
    }
  }
}
