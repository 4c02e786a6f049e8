// Two small helps for the error page. It reads the same without them.
(() => {
  const { reloadUrl } = document.currentScript.dataset;
  // The history entry of a failed launch still holds the form post: a reload would send the LMS's token again.
  if (reloadUrl) history.replaceState(null, '', reloadUrl);

  const button = document.querySelector('[data-copy]');
  if (!button) return;
  const label = button.textContent;

  /** The clipboard API is closed to frames of another site; a selection is not. */
  const copyBySelection = (text) => {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    document.body.append(field);
    field.select();
    const copied = document.execCommand('copy');
    field.remove();
    button.focus();
    return copied;
  };

  button.addEventListener('click', async () => {
    const text = button.dataset.copy;
    const copied = await Promise.resolve(navigator.clipboard)
      .then((clipboard) => clipboard.writeText(text))
      .then(
        () => true,
        () => copyBySelection(text),
      );
    if (!copied) return;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 2000);
  });
  button.hidden = false;
})();
