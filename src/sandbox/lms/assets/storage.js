// LTI platform storage, in the memory of this frame: every origin has its own drawer, so a page can't read another's.
const LIMITS = { keys: 50, length: 4096 };
const drawers = new Map();

addEventListener('message', ({ data, origin, source }) => {
  if (!source || typeof data !== 'object' || data === null) return;
  const { subject, message_id, key, value } = data;
  const answer = (content) => source.postMessage({ subject: `${subject}.response`, message_id, ...content }, origin);
  const refuse = (code, message) => answer({ key, error: { code, message } });
  if (subject !== 'lti.put_data' && subject !== 'lti.get_data') return;
  if (typeof message_id !== 'string' || typeof key !== 'string' || key.length > LIMITS.length) {
    refuse('bad_request', 'message_id and key must be texts');
    return;
  }
  const drawer = drawers.get(origin) ?? new Map();
  drawers.set(origin, drawer);
  if (subject === 'lti.get_data') {
    answer({ key, value: drawer.get(key) });
  } else if (typeof value !== 'string') {
    drawer.delete(key);
    answer({ key, value: null });
  } else if (value.length > LIMITS.length || (drawer.size >= LIMITS.keys && !drawer.has(key))) {
    refuse('storage_exhaustion', 'The store is full');
  } else {
    drawer.set(key, value);
    answer({ key, value });
  }
});
