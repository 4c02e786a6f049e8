/** Small helps for the admin's screens. Every screen works without them. */
for (const button of document.querySelectorAll('[data-dismiss]')) {
  button.hidden = false;
  button.addEventListener('click', () => button.closest('[data-dismissable]').remove());
}

/** Buttons with `data-copy` put its value on the clipboard and say `data-copied`. */
if (navigator.clipboard) {
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    navigator.clipboard.writeText(button.dataset.copy).then(
      () => {
        if (button.dataset.copied) button.textContent = button.dataset.copied;
      },
      () => undefined,
    );
  });
  const reveal = (root) => {
    for (const button of root.querySelectorAll('[data-copy][hidden]')) button.hidden = false;
  };
  reveal(document);
  document.addEventListener('htmx:load', (event) => reveal(event.target));
}

/** A part that could not be loaded says so, instead of nothing happening. */
const problem = document.getElementById('request-problem');
function show(sentence, reference) {
  problem.firstElementChild.textContent = reference ? `${sentence} (${reference})` : sentence;
  problem.hidden = false;
}
document.addEventListener('htmx:responseError', ({ detail: { xhr } }) => {
  show(problem.dataset.refused, xhr.getResponseHeader('X-Request-Id'));
});
document.addEventListener('htmx:sendError', () => show(problem.dataset.lost));
document.addEventListener('htmx:beforeRequest', () => {
  problem.hidden = true;
});
