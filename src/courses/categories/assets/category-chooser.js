/**
 * Makes a category field a combobox: the input says the path, a hidden field beside it posts the id. Follows the
 * combobox pattern of the ARIA Authoring Practices (list popup, manual selection).
 */
const WAIT_MS = 180;

function enhance(field) {
  if (field.dataset.ready) return;
  field.dataset.ready = 'true';
  const input = field.querySelector('input');
  const box = input.parentElement;
  const now = field.querySelector('[data-chooser-now]');
  const { search, create, tenant, csrf } = field.dataset;

  const posted = Object.assign(document.createElement('input'), {
    type: 'hidden',
    name: input.name,
    value: input.value,
  });
  input.removeAttribute('name');
  if (input.value === field.dataset.value && field.dataset.path) {
    input.value = field.dataset.path;
    now.querySelector('bdi')?.remove();
  }
  const list = Object.assign(document.createElement('ul'), {
    className: 'chooser-list',
    id: `${input.id}-list`,
    hidden: true,
  });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', field.querySelector('label').textContent);
  const status = Object.assign(document.createElement('p'), { className: 'visually-hidden' });
  status.setAttribute('role', 'status');
  box.append(posted, list, status);
  field.querySelector('.chooser-page').hidden = true;
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
  })) {
    input.setAttribute(name, value);
  }

  let timer;
  let asking;
  let active = -1;
  const options = () => [...list.querySelectorAll('[role="option"]')];

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute('aria-expanded', String(isOpen));
    if (!isOpen) mark(-1);
  }

  function mark(index) {
    active = index;
    options().forEach((option, at) => {
      option.setAttribute('aria-selected', String(at === index));
      if (at === index) option.scrollIntoView({ block: 'nearest' });
    });
    const option = options()[index];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function say(sentence, className) {
    const line = Object.assign(document.createElement('li'), { className, textContent: sentence });
    line.setAttribute('role', 'presentation');
    list.replaceChildren(line);
    status.textContent = sentence;
  }

  /** The server's list of options, or undefined when the question was overtaken or the session has ended. */
  async function ask(address, request) {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(address, {
        ...request,
        signal,
        headers: { ...request?.headers, 'HX-Request': 'true' },
      });
      const signIn = answer.headers.get('HX-Redirect');
      if (signIn) {
        location.assign(signIn);
        return undefined;
      }
      const html = await answer.text();
      if (!answer.ok) throw new Error(String(answer.status));
      return html;
    } catch {
      if (!signal.aborted) {
        say(field.dataset.lost, 'chooser-problem');
        open(true);
      }
      return undefined;
    }
  }

  async function look() {
    // The path of what was chosen is no search: show what there is beside it.
    const text = input.value === field.dataset.path ? '' : input.value;
    const html = await ask(`${search}&q=${encodeURIComponent(text.trim().slice(0, 200))}`);
    if (html === undefined || document.activeElement !== input) return;
    list.innerHTML = html;
    options().forEach((option, index) => {
      option.id = `${list.id}-${index}`;
      option.setAttribute('aria-selected', 'false');
    });
    const found = list.querySelectorAll('[data-id]').length;
    const problem = list.querySelector('[data-problem]');
    status.textContent =
      problem?.textContent ?? (found === 0 ? field.dataset.none : field.dataset.count.replace('#', found));
    if (!problem && found === 0) {
      const none = Object.assign(document.createElement('li'), {
        className: 'chooser-none',
        textContent: field.dataset.none,
      });
      none.setAttribute('role', 'presentation');
      list.prepend(none);
    }
    for (const line of list.querySelectorAll('[data-problem]')) line.setAttribute('role', 'presentation');
    mark(-1);
    open(true);
  }

  function choose(option) {
    const { id, path } = option.dataset;
    posted.value = id;
    input.value = path;
    field.dataset.value = id;
    field.dataset.path = path;
    input.removeAttribute('aria-invalid');
    // The input says the path now; how many entries and which id stand below.
    now.replaceChildren(...option.querySelector('.under').cloneNode(true).childNodes);
    status.textContent = `${field.dataset.chosen} ${path}`;
    open(false);
    posted.dispatchEvent(new Event('change', { bubbles: true }));
  }

  async function take(option) {
    const { id, parent, name } = option.dataset;
    if (id !== undefined) {
      choose(option);
      return;
    }
    option.setAttribute('aria-disabled', 'true');
    const html = await ask(create, {
      method: 'POST',
      headers: { 'X-CSRF-Token': csrf },
      body: new URLSearchParams({ tenantId: tenant, parentFullName: parent, name }),
    });
    if (html === undefined) return;
    const made = document.createRange().createContextualFragment(html).querySelector('[data-id]');
    if (made) choose(made);
  }

  input.addEventListener('input', () => {
    posted.value = input.value;
    field.dataset.value = '';
    now.replaceChildren();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => {
    if (list.hidden) void look();
  });
  input.addEventListener('blur', () => {
    clearTimeout(timer);
    open(false);
  });
  input.addEventListener('keydown', (event) => {
    const all = options();
    const isOpen = !list.hidden;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!isOpen) {
          void look();
          return;
        }
        const step = event.key === 'ArrowDown' ? 1 : -1;
        if (all.length > 0) mark(active < 0 && step < 0 ? all.length - 1 : (active + step + all.length) % all.length);
        return;
      }
      case 'Enter':
        if (isOpen && all[active]) {
          event.preventDefault();
          void take(all[active]);
        }
        return;
      case 'Escape':
        if (isOpen) {
          event.preventDefault();
          event.stopPropagation();
          asking?.abort();
          open(false);
        }
        return;
      default:
    }
  });
  // The pointer must not take the focus from the input before the click has come.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) void take(option);
  });
}

function enhanceAll(root) {
  if (root.matches?.('[data-category-chooser]')) enhance(root);
  for (const field of root.querySelectorAll('[data-category-chooser]')) enhance(field);
}
enhanceAll(document);
document.addEventListener('htmx:load', (event) => enhanceAll(event.target));
