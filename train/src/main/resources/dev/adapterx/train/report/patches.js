
// Each patch of a picture in the colour of its expert; of one expert alone, the rest under a veil.
for (const part of document.querySelectorAll('.patches')) {
  const TINT = 150;  // of 255: the picture shows through
  const VEIL = 215;
  const root = document.documentElement;
  const chooser = part.querySelector('.block input');
  const keys = [...part.querySelectorAll('.keys button')];
  const bare = part.querySelector('.turn input');
  let alone = -1;

  const rgb = element => getComputedStyle(element).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number);
  const pictures = [...part.querySelectorAll('canvas')].map(canvas => ({
    canvas, pen: canvas.getContext('2d'), cells: canvas.width * canvas.height,
    experts: Uint8Array.from(atob(canvas.dataset.experts), c => c.charCodeAt(0)),
  }));

  const draw = () => {
    const colours = [...part.querySelectorAll('.swatch')].map(rgb);
    const paper = rgb(part);
    part.classList.toggle('tinted', !bare.checked && alone < 0);
    for (const {canvas, pen, cells, experts} of pictures) {
      const image = pen.createImageData(canvas.width, canvas.height);
      const row = Number(chooser.value) * cells;
      canvas.hidden = bare.checked;
      for (let i = 0; i < cells; i++) {
        const expert = experts[row + i];
        const colour = alone < 0 ? colours[expert] : paper;
        const cover = alone < 0 ? TINT : expert === alone ? 0 : VEIL;
        image.data.set([...colour, cover], 4 * i);
      }
      pen.putImageData(image, 0, 0);
    }
  };

  chooser.addEventListener('input', () => {
    part.querySelector('.block output').value = chooser.value;
    draw();
  });
  keys.forEach((key, i) => key.addEventListener('click', () => {
    alone = alone === i ? -1 : i;
    keys.forEach((k, j) => k.setAttribute('aria-pressed', String(j === alone)));
    draw();
  }));
  bare.addEventListener('change', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  const paint = printing => {
    root.classList.toggle('printing', printing);
    draw();
  };
  addEventListener('beforeprint', () => paint(true));
  addEventListener('afterprint', () => paint(false));

  part.querySelector('.controls').hidden = false;
  draw();
}
