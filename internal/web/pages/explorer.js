'use strict';
(() => {
  // All nights stand on the page with what was there in each: this shows one of them.
  const box = document.getElementById('slider');
  if (!box) return;
  const nights = Array.from(document.querySelectorAll('.nights li'));
  const input = box.querySelector('input');
  const text = document.getElementById('slid');
  const drawn = Array.from(document.querySelectorAll('#drawn g.node, #drawn g.edge'));
  const show = (at) => {
    const there = new Set(nights[at].dataset.there.split(' '));
    for (const part of drawn) part.classList.toggle('ghost', !there.has(part.id.replace(/^n-/, '')));
    const gone = drawn.filter((part) => part.classList.contains('ghost') && part.classList.contains('node')).length;
    text.textContent = `${nights[at].dataset.night}${gone ? `: ${gone} of the picture not there` : ''}`;
    input.setAttribute('aria-valuetext', nights[at].dataset.night);
    nights.forEach((night, i) => {
      const link = night.querySelector('a');
      if (i === at) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    });
  };
  input.max = nights.length - 1;
  input.value = nights.findIndex((night) => night.querySelector('[aria-current]'));
  input.addEventListener('input', () => show(Number(input.value)));
  input.addEventListener('change', () => {
    history.replaceState(null, '', nights[Number(input.value)].querySelector('a').href);
  });
  box.hidden = false;
  show(Number(input.value));
})();
