// Boxes over the picture: those of a score and more, each with its class.
import {element, percent} from './ask.js';
import {keys} from './answers.js';

const SHOWN = 30; // of a hundred: where the slider begins
const MOST_NAMED = 40;
const LARGEST = 2048; // pixels along the canvas that a small picture is drawn with

const isBright = hex => {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 140;
};

export const boxes = (answer, picture) => {
  const canvas = element('canvas', {class: 'mask', width: answer.width, height: answer.height, role: 'img'});
  const pen = canvas.getContext('2d');
  const classes = [...new Map(answer.boxes.map(one => [one.index, one])).values()].sort((a, b) => a.index - b.index);
  const slider = element('input', {type: 'range', min: 5, max: 95, step: 1, value: SHOWN, 'aria-label': 'Least score of a box'});
  const least = element('output');
  const count = element('p', {class: 'dim', role: 'status'});
  const list = element('ol', {class: 'found'});
  let alone = -1, marked = null;

  const shown = () => answer.boxes.filter(one => one.score >= slider.value / 100 && (alone < 0 || one.index === classes[alone].index));

  const draw = () => {
    const found = shown();
    const fine = Math.max(1, Math.min(LARGEST, canvas.clientWidth * devicePixelRatio) / answer.width);
    const wide = Math.round(answer.width * fine), high = Math.round(answer.height * fine);
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, {width: wide, height: high});
    const unit = canvas.width / (canvas.clientWidth || canvas.width); // a pixel of the screen
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (picture) pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    pen.font = `${12 * unit}px system-ui, sans-serif`;
    pen.textBaseline = 'top';
    for (const one of [...found].reverse()) {
      const [left, top, right, bottom] = one.box.map(edge => edge * fine);
      pen.globalAlpha = marked && marked !== one ? 0.25 : 1;
      pen.lineWidth = (marked === one ? 4 : 2) * unit;
      pen.strokeStyle = one.colour;
      pen.strokeRect(left, top, right - left, bottom - top);
      if (found.length > MOST_NAMED && marked !== one) continue;
      const text = `${one.label} ${Math.floor(100 * one.score)}`;
      const plate = pen.measureText(text).width + 8 * unit, tall = 16 * unit;
      const x = Math.max(0, Math.min(left, canvas.width - plate));
      const y = top >= tall ? top - tall : Math.min(top, canvas.height - tall);
      pen.fillStyle = one.colour;
      pen.fillRect(x, y, plate, tall);
      pen.fillStyle = isBright(one.colour) ? '#000' : '#fff';
      pen.fillText(text, x + 4 * unit, y + 2.5 * unit);
    }
    pen.globalAlpha = 1;
  };

  const mark = one => { marked = one; draw(); };
  const update = () => {
    const found = shown();
    marked = null;
    least.textContent = `${slider.value} %`;
    slider.setAttribute('aria-valuetext', `${slider.value} percent`);
    count.textContent = `${found.length === 1 ? '1 box' : `${found.length} boxes`}${answer.boxes.length > found.length ? ` of ${answer.boxes.length}` : ''}`;
    canvas.setAttribute('aria-label', `The picture with its boxes: ${found.slice(0, 12).map(one => `${one.label} ${percent(one.score)}`).join(', ') || 'none'}`);
    list.replaceChildren(...found.map(one => {
      const swatch = element('i', {class: 'swatch'});
      swatch.style.setProperty('--c', one.colour);
      return element('li', {}, element('button', {type: 'button', onfocus: () => mark(one), onblur: () => mark(null),
        onpointerenter: () => mark(one), onpointerleave: () => mark(null)},
      swatch, element('span', {}, one.label), element('small', {}, percent(one.score))));
    }));
    list.hidden = !found.length;
    draw();
  };
  slider.addEventListener('input', update);
  new ResizeObserver(draw).observe(canvas);
  update();

  const side = element('div', {class: 'side'}, element('p', {class: 'set'}, element('label', {}, 'Score from ', least, ' ', slider)), count);
  if (classes.length > 1) side.append(keys(classes.map(one => one.label), classes.map(one => one.colour), one => { alone = one; update(); }));
  side.append(list);
  return [element('figure', {}, canvas), side];
};
