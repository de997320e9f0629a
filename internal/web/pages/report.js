'use strict';
(() => {
  // All facts are in the page: this searches, filters and sorts the findings.
  const table = document.getElementById('all');
  if (!table) return;
  const form = document.getElementById('filter');
  const more = document.getElementById('more');
  const count = document.getElementById('count');
  const step = 100;
  const order = ['critical', 'high', 'medium', 'low'];
  const columns = { severity: 0, state: 1, check: 2, money: 4 };
  // A group says once what its findings share; here each finding says it itself.
  const trimmed = (element) => element.textContent.trim();
  const all = Array.from(table.tBodies).flatMap((group) => {
    const [head, ...members] = group.rows;
    const [severity, state, check, since] = Array.from(head.cells[0].children, trimmed);
    return members.map((element) => {
      const [about, money, evidence, fingerprint] = Array.from(element.cells, trimmed);
      return { element, cells: [severity, state, check, about, money, since, evidence, fingerprint] };
    });
  });
  const body = document.createElement('tbody');
  const number = new Intl.NumberFormat('en');
  const collator = new Intl.Collator('en', { numeric: true });
  let rows = all;
  let limit = step;

  const text = (row) => (row.text ??= row.cells.join('\n').toLowerCase());

  const cell = (content) => {
    const td = document.createElement('td');
    td.textContent = content;
    return td;
  };

  const whole = (row) => {
    if (!row.whole) {
      const [severity, state, check, , , since] = row.cells;
      row.element.cells[1].after(cell(since));
      row.element.prepend(cell(severity), cell(state), cell(check));
      row.element.cells[0].className = severity;
      row.whole = true;
    }
    return row.element;
  };

  const wanted = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { value: severity } = form.elements.severity;
    const { value: state } = form.elements.state;
    const { value: check } = form.elements.check;
    return rows.filter(
      (row) =>
        (!severity || row.cells[columns.severity] === severity) &&
        (!state || row.cells[columns.state].split(', ').includes(state)) &&
        (!check || row.cells[columns.check] === check) &&
        words.every((word) => text(row).includes(word)),
    );
  };

  const show = () => {
    const found = wanted();
    const shown = found.slice(0, limit);
    body.replaceChildren(...shown.map(whole));
    count.textContent =
      number.format(found.length) + ' of ' + number.format(all.length) + ' findings' +
      (shown.length === found.length ? '' : ', of which the first ' + number.format(shown.length) + ' are shown');
    more.hidden = shown.length === found.length;
  };

  // The amount with its currency: amounts of two currencies are never compared.
  const money = (cell) => {
    const [amount, currency = ''] = cell.split(' ');
    return amount === '' ? null : { amount: Number(amount.replaceAll(',', '')), currency };
  };

  const keys = { severity: (cell) => order.indexOf(cell), money, text: (cell) => cell || null };

  const compare = {
    severity: (a, b) => a - b,
    money: (a, b) => collator.compare(b.currency, a.currency) || a.amount - b.amount,
    text: (a, b) => collator.compare(a, b),
  };

  const sort = (header, kind) => {
    const at = header.cellIndex;
    const was = header.getAttribute('aria-sort');
    const descending = was ? was === 'ascending' : kind === 'money';
    for (const other of header.parentElement.cells) other.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const keyed = all.map((row) => ({ row, key: keys[kind](row.cells[at]) }));
    const [known, unknown] = [keyed.filter((k) => k.key !== null), keyed.filter((k) => k.key === null)];
    known.sort((a, b) => (descending ? compare[kind](b.key, a.key) : compare[kind](a.key, b.key)));
    rows = [...known, ...unknown].map((k) => k.row);
    show();
  };

  const titles = ['Severity', 'State', 'Check', 'About', 'Money', 'Since', 'Evidence', 'Fingerprint'];
  table.tHead.rows[0].replaceChildren(
    ...titles.map((title, at) => {
      const header = document.createElement('th');
      const button = document.createElement('button');
      header.scope = 'col';
      button.type = 'button';
      button.textContent = title;
      header.append(button);
      button.addEventListener('click', () => sort(header, { [columns.severity]: 'severity', [columns.money]: 'money' }[at] ?? 'text'));
      return header;
    }),
  );
  for (const group of Array.from(table.tBodies)) group.remove();
  table.append(body);
  table.className = 'findings';
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => { limit = step; show(); });
  form.addEventListener('reset', () => setTimeout(() => { limit = step; show(); }));
  more.addEventListener('click', () => { limit = Infinity; show(); });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-check], a[data-state]');
    if (!link) return;
    form.reset();
    form.elements.check.value = link.dataset.check ?? '';
    form.elements.state.value = link.dataset.state ?? '';
    limit = step;
    show();
  });
  form.hidden = false;
  show();
})();
