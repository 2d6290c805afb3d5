// The figure of docs/gradient.md: a dial to turn, the loss, and its slope there. The table that it takes the place of says the same.

const least = -4, most = 4, width = 520, height = 260, left = 40, bottom = 30, highest = 4.5;

const probability = dial => Math.exp(dial) / (Math.exp(dial) + 2);
const loss = dial => -Math.log(probability(dial));
const slope = dial => probability(dial) - 1;

const x = dial => left + (dial - least) / (most - least) * (width - left - 10);
const y = value => (1 - value / highest) * (height - bottom);

function element(name, attributes, text = '') {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
}

export function drawDial(figure) {
  const curve = Array.from({ length: 161 }, (_, i) => least + i * (most - least) / 160);
  const picture = element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'The loss over the dial, and its slope' });
  const tangent = element('line', { class: 'dial-tangent' });
  const point = element('circle', { class: 'dial-point', r: 6 });
  picture.append(
    element('line', { class: 'dial-axis', x1: left, y1: y(0), x2: width - 10, y2: y(0) }),
    element('line', { class: 'dial-axis', x1: left, y1: y(0), x2: left, y2: 8 }),
    element('path', { class: 'dial-curve', d: `M${curve.map(dial => `${x(dial)},${y(loss(dial))}`).join('L')}` }),
    ...[-4, -2, 0, 2, 4].map(dial => element('text', { x: x(dial), y: height - 10, 'text-anchor': 'middle' }, dial)),
    ...[0, 1, 2, 3, 4].map(value => element('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, value)),
    tangent,
    point);

  const dial = Object.assign(document.createElement('input'), { type: 'range', min: least, max: most, step: .05, value: 0 });
  dial.setAttribute('aria-label', 'Turn the dial');
  const told = document.createElement('output');
  const turn = () => {
    const at = Number(dial.value), run = .9;
    const [from, to] = [at - run, at + run];
    Object.entries({ x1: x(from), y1: y(loss(at) - slope(at) * run), x2: x(to), y2: y(loss(at) + slope(at) * run), })
      .forEach(([key, value]) => tangent.setAttribute(key, value));
    point.setAttribute('cx', x(at));
    point.setAttribute('cy', y(loss(at)));
    told.textContent = `The dial stands at ${at.toFixed(2)}: probability of the true class ${probability(at).toFixed(3)}, `
      + `loss ${loss(at).toFixed(3)}, slope ${slope(at).toFixed(3)}.`;
  };
  dial.addEventListener('input', turn);
  turn();
  figure.replaceChildren(picture, dial, told);
}
