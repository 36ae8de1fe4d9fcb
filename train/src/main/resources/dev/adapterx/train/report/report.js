
'use strict';
// Values under the pointer, or under the arrow keys once a chart has the focus.
for (const plot of document.querySelectorAll('.plot[data-points]')) {
  const svg = plot.querySelector('svg');
  const guide = svg.querySelector('.guide');
  const tip = plot.querySelector('.tip');
  const width = svg.viewBox.baseVal.width;
  const steps = plot.dataset.points.split('\n').map(line => {
    const [x, heading, ...values] = line.split('\t');
    return {x: Number(x), heading, values: values.map(v => v.match(/^(\d+)\|([^|]*)\|(.*)$/))};
  });
  let current = steps.length - 1;

  const span = (text, style) => {
    const element = document.createElement('span');
    if (style) element.className = style;
    element.textContent = text;
    return element;
  };
  const dot = (x, [, style, y]) => {
    const element = document.createElementNS(svg.namespaceURI, 'circle');
    for (const [name, value] of Object.entries({class: 'at s' + style, cx: x, cy: y, r: 4.5})) {
      element.setAttribute(name, value);
    }
    return element;
  };
  const hide = () => {
    tip.hidden = true;
    guide.style.visibility = 'hidden';
    svg.querySelectorAll('.at').forEach(d => d.remove());
  };
  const show = index => {
    hide();
    current = Math.max(0, Math.min(steps.length - 1, index));
    const {x, heading, values} = steps[current];
    guide.setAttribute('x1', x);
    guide.setAttribute('x2', x);
    guide.style.visibility = 'visible';
    svg.append(...values.map(v => dot(x, v)));
    tip.replaceChildren(span(heading), ...values.map(v => span(v[3], 's' + v[1])));
    const right = x > width / 2;
    tip.style.left = right ? 'auto' : 100 * x / width + '%';
    tip.style.right = right ? 100 - 100 * x / width + '%' : 'auto';
    tip.hidden = false;
  };

  svg.addEventListener('pointermove', event => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * width;
    let nearest = 0;
    steps.forEach((step, i) => {
      if (Math.abs(step.x - x) < Math.abs(steps[nearest].x - x)) nearest = i;
    });
    show(nearest);
  });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', event => {
    const target = {ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: steps.length - 1}[event.key];
    if (target === undefined) return;
    event.preventDefault();
    show(target);
  });
}
