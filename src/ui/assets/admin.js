/** Small helps for the admin's screens. Every screen works without them. */

/** Buttons that only work with script are shown once there is one. */
const reveal = (root) => {
  const copies = navigator.clipboard ? '[data-copy][hidden], ' : '';
  for (const button of root.querySelectorAll(`${copies}[data-dismiss][hidden]`)) button.hidden = false;
};
reveal(document);
document.addEventListener('htmx:load', (event) => reveal(event.target));

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-dismiss], [data-copy]');
  if (!button) return;
  if (button.matches('[data-dismiss]')) {
    button.closest('[data-dismissable]').remove();
    return;
  }
  // Copies the value of `data-copy` and says `data-copied`.
  navigator.clipboard.writeText(button.dataset.copy).then(
    () => {
      if (button.dataset.copied) button.textContent = button.dataset.copied;
    },
    () => undefined,
  );
});

/** `/` goes to the search box, unless somebody is writing. */
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  const search = document.querySelector('[data-search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

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
