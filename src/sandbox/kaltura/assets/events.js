// Draws each event of the live feed as one table row. Values reach the page as text only.

const MAX_ROWS = 400;
const SUMMARY_EVERY_MS = 700;

const SOURCES = {
  ks: { tag: 'S', words: 'from the signed session' },
  parameter: { tag: 'P', words: 'from a player parameter' },
  handler: { tag: 'H', words: 'set by the page on each event' },
  none: { tag: '–', words: 'missing' },
};

/** What is odd about a value, by the column that says so. */
const FLAGS = {
  userId: {
    'user:differs': 'not the parameter’s user',
    'user:cut-at-100-bytes': 'cut at 100 bytes',
    'ks:MISSING': 'no session',
    'ks:EXPIRED': 'session expired',
    'ks:LOGOUT': 'session ended',
    'ks:': 'session not valid',
  },
  playbackContext: { 'context:no-such-category': 'no such category' },
  applicationName: {},
};

const find = (id) => document.getElementById(id);
const table = document.querySelector('table');
const time = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

const plays = new Map();
const seen = new Set();
let complete = 0;
let summaryTimer;

function element(name, { text, className, ...attributes } = {}, children = []) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Missing values already say so themselves. */
function remarks(flags, column) {
  const words = FLAGS[column];
  return flags.flatMap((flag) => {
    if (flag === `odd:${column}`) return ['looks like a mistake'];
    if (flag === `empty:${column}`) return ['was sent empty'];
    return words[flag] ?? words[`${flag.split(':')[0]}:`] ?? [];
  });
}

function valueCell(event, column, note) {
  const { value, source } = event[column];
  const { tag, words } = SOURCES[source];
  const shown = source === 'none' ? 'missing' : value;
  const isId = source !== 'none' && column !== 'applicationName';
  const children = [
    element('span', { className: 'value', title: `${shown}, ${words}` }, [
      element('span', { className: 'tag', text: tag, 'aria-hidden': 'true' }),
      element('span', { className: isId ? 'text id' : 'text', text: shown }),
    ]),
  ];
  if (note) children.push(element('span', { className: 'note', text: note }));
  for (const text of remarks(event.flags, column)) children.push(element('span', { className: 'note odd', text }));
  if (source !== 'none') children.push(element('span', { className: 'unseen', text: `, ${words}` }));
  return element('td', { 'data-source': source }, children);
}

function row(event) {
  const at = event.position === undefined ? '' : ` at ${event.position.toFixed(1)} s`;
  const name = element('th', { scope: 'row', title: `Event ${event.eventType}${at}` }, [
    element('span', { className: 'name', text: event.eventName }),
    element('span', { className: 'note', text: time.format(event.receivedAtMs) }),
  ]);
  return element('tr', { className: 'new' }, [
    name,
    valueCell(event, 'userId'),
    valueCell(event, 'playbackContext', event.playbackContext.categoryFullName?.replaceAll('>', ' › ')),
    valueCell(event, 'applicationName'),
  ]);
}

/** Rows of one play stand together, the newest play first. */
function groupOf(event) {
  const key = `${event.sessionId} ${event.entryId}`;
  let group = plays.get(key);
  if (!group) {
    const text = `${event.entryName || event.entryId || 'Unknown video'}, play …${event.sessionId.slice(-6)}`;
    const heading = element('tr', {}, [element('th', { scope: 'rowgroup', colspan: '4', className: 'play', text })]);
    group = element('tbody', {}, [heading]);
    plays.set(key, group);
    table.tHead.after(group);
  }
  return group;
}

function trim() {
  const groups = [...table.tBodies];
  let rows = table.rows.length;
  while (rows > MAX_ROWS && groups.length > 0) {
    const oldest = groups.at(-1);
    if (oldest.rows.length > 2) {
      oldest.lastElementChild.remove();
    } else {
      oldest.remove();
      groups.pop();
      for (const [key, group] of plays) if (group === oldest) plays.delete(key);
    }
    rows = table.rows.length;
  }
}

// Events come in bursts; a screen reader should hear the total, not every step.
function summarise() {
  summaryTimer ??= setTimeout(() => {
    summaryTimer = undefined;
    const summary = find('summary');
    const all = seen.size;
    summary.textContent = `${complete} of ${all} ${all === 1 ? 'event carries' : 'events carry'} all three values`;
    summary.dataset.state = complete === all ? 'ok' : 'bad';
  }, SUMMARY_EVERY_MS);
}

function show(event) {
  if (seen.has(event.index)) return;
  seen.add(event.index);
  if ([event.userId, event.playbackContext, event.applicationName].every(({ source }) => source !== 'none'))
    complete += 1;
  find('empty').hidden = true;
  find('events').hidden = false;
  groupOf(event).firstElementChild.after(row(event));
  trim();
  summarise();
}

const stream = new EventSource('/sandbox/events.stream');
stream.onmessage = ({ data }) => show(JSON.parse(data));
stream.onopen = () => (find('connection').hidden = true);
stream.onerror = () => (find('connection').hidden = false);
