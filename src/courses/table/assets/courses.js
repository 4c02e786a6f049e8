/** Makes the table of courses quicker. Everything works without it: links lead to pages, forms are posted. */
(() => {
  const sheet = document.getElementById('course-sheet');
  const list = document.getElementById('courses');
  // A sheet beside the table needs a wide window; on a narrow one the course's own page is better.
  const wide = matchMedia('(min-width: 900px)');
  let opener;

  for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true;
  for (const form of document.querySelectorAll('[data-submit-on-change]')) {
    form.addEventListener('change', () => form.submit());
  }
  if (!sheet || !list) return;

  // --- The sheet ---------------------------------------------------------------------------------------------------

  /** The row may have been swapped meanwhile: its link has the same address. */
  const linkOf = (address) => list.querySelector(`a[data-sheet][href="${CSS.escape(address)}"]`);

  function mark(address) {
    for (const row of list.querySelectorAll('tr[aria-current]')) row.removeAttribute('aria-current');
    if (address) linkOf(address)?.closest('tr').setAttribute('aria-current', 'true');
  }

  function close() {
    if (sheet.hidden) return;
    sheet.hidden = true;
    document.body.classList.remove('with-sheet');
    sheet.replaceChildren();
    mark();
    (linkOf(opener) ?? document.querySelector('[data-search]'))?.focus();
  }

  document.addEventListener('click', (event) => {
    if (event.target.closest?.('[data-close-sheet]')) {
      close();
      return;
    }
    const link = event.target.closest?.('a[data-sheet]');
    if (!link || !wide.matches || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = link.getAttribute('href');
    htmx.ajax('GET', opener, { source: link, target: '#course-sheet', swap: 'innerHTML' });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented) close();
  });
  document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
    if (target !== sheet || sheet.childElementCount === 0) return;
    sheet.hidden = false;
    document.body.classList.add('with-sheet');
    mark(opener);
    sheet.scrollTop = 0;
    sheet.querySelector('[data-focus]')?.focus({ preventScroll: true });
  });

  // --- The table ---------------------------------------------------------------------------------------------------

  /** The address follows what is shown, so that a reload and a link show the same. */
  document.addEventListener('htmx:afterSwap', ({ detail: { target } }) => {
    if (target !== list) return;
    const address = list.querySelector('[data-address]')?.dataset.address;
    if (address) history.replaceState(null, '', address);
    prepare();
  });

  /** A row that is swapped keeps the focus that was in it. */
  let focused;
  document.addEventListener('htmx:oobBeforeSwap', ({ detail: { target } }) => {
    focused = target.matches('tr') && target.contains(document.activeElement) ? target.id : undefined;
  });
  document.addEventListener('htmx:oobAfterSwap', () => {
    if (!focused) return;
    document.getElementById(focused)?.querySelector('a[data-sheet]')?.focus();
    focused = undefined;
  });

  const rowLinks = () => [...list.querySelectorAll('th a[data-sheet]')];
  document.addEventListener('keydown', (event) => {
    if (!['j', 'k'].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, textarea, select, [contenteditable], #course-sheet')) return;
    const links = rowLinks();
    const at = links.indexOf(document.activeElement);
    links[event.key === 'j' ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)]?.focus();
  });

  // --- Several courses -----------------------------------------------------------------------------------------------

  const boxes = () => [...list.querySelectorAll('input[name="courseKey"]')];

  function count() {
    const bar = list.querySelector('[data-bulk]');
    if (!bar) return;
    const all = list.querySelector('[data-pick-all]');
    const ofFilter = bar.querySelector('[data-pick-filter]');
    const picked = boxes().filter((box) => box.checked).length;
    bar.hidden = picked === 0 && !ofFilter.checked;
    const words = bar.querySelector('[data-picked]');
    words.textContent = words.dataset.picked.replace('{count}', String(picked));
    words.hidden = ofFilter.checked;
    all.checked = picked > 0 && picked === boxes().length;
    all.indeterminate = picked > 0 && !all.checked;
    for (const box of boxes()) box.closest('tr').classList.toggle('picked', box.checked || ofFilter.checked);
  }

  function prepare() {
    const all = list.querySelector('[data-pick-all]');
    if (all) all.hidden = false;
    list.querySelector('[data-bulk]')?.classList.add('floating');
    count();
  }

  list.addEventListener('change', (event) => {
    if (event.target.matches('[data-pick-all]')) {
      for (const box of boxes()) box.checked = event.target.checked;
      if (!event.target.checked) list.querySelector('[data-pick-filter]').checked = false;
    }
    if (event.target.matches('[data-pick-all], [data-pick-filter], input[name="courseKey"]')) count();
  });
  document.addEventListener('htmx:oobAfterSwap', count);
  // A browser that goes back restores what was checked after this script ran.
  addEventListener('pageshow', count);
  prepare();
})();
