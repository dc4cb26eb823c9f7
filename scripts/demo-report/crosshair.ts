/** The page's only script: figures under the pointer. The page is complete without it. */
export const crosshair = `
const columns = JSON.parse(document.getElementById('columns').textContent);
const tip = document.querySelector('.tip');
for (const svg of document.querySelectorAll('svg.chart')) {
  const data = columns[svg.classList.contains('wide') ? 'wide' : 'narrow'];
  const cross = svg.querySelector('.cross');
  const left = Number(svg.dataset.left), plot = Number(svg.dataset.plot), end = Number(svg.dataset.end);
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const at = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
    const ms = (at - left) / plot * end;
    const column = data.find((one) => ms >= one.from && ms < one.to);
    tip.hidden = !column;
    cross.setAttribute('visibility', column ? 'visible' : 'hidden');
    if (!column) return;
    cross.setAttribute('x1', at); cross.setAttribute('x2', at);
    tip.textContent = column.text;
    const x = event.clientX - box.left;
    tip.style.left = Math.max(0, x + tip.offsetWidth + 16 > box.width ? x - tip.offsetWidth - 12 : x + 12) + 'px';
  });
  svg.addEventListener('pointerleave', () => { tip.hidden = true; cross.setAttribute('visibility', 'hidden'); });
}
`;
