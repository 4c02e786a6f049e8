// Everything here makes a page that works without it nicer.

// A tour step on the same page must not reload it: the video would start again.
document.addEventListener('click', async (event) => {
  const link = event.target instanceof Element ? event.target.closest('.tour-button') : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const next = new URL(link.href);
  if (next.pathname !== location.pathname) return;
  event.preventDefault();
  try {
    const answer = await fetch(next, { credentials: 'same-origin' });
    const strip = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('tour');
    if (!strip) throw new Error('The page has no tour strip');
    document.getElementById('tour').replaceChildren(...strip.childNodes);
    history.pushState(null, '', next);
    document.querySelector('.tour-button').focus();
  } catch {
    location.assign(next);
  }
});
addEventListener('popstate', () => location.reload());

document.addEventListener('click', (event) => {
  const menu = document.querySelector('.person[open]');
  if (menu && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  const menu = document.querySelector('.person[open]');
  if (event.key !== 'Escape' || !menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

if (navigator.clipboard) {
  for (const code of document.querySelectorAll('code[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 2000);
    });
    code.after(button);
  }
}

// Platform storage: the tool first asks what the LMS offers, and hears in which frame the store lives.
const store = document.querySelector('iframe[name="post_message_forwarding"]');
if (store) {
  addEventListener('message', ({ data, origin, source }) => {
    if (!source || typeof data !== 'object' || data === null || data.subject !== 'lti.capabilities') return;
    const frame = store.name;
    source.postMessage(
      {
        subject: 'lti.capabilities.response',
        message_id: data.message_id,
        supported_messages: [
          { subject: 'lti.capabilities' },
          { subject: 'lti.get_data', frame },
          { subject: 'lti.put_data', frame },
        ],
      },
      origin,
    );
  });
}
