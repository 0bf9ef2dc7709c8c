import { el, icon, memory } from './dom.js';
import { PassagePanel } from './passage-panel.js';
import { Pane } from './pane.js';

const panes = [];
const stage = document.querySelector('#panes');
const offline = document.querySelector('#offline');
const splitButton = document.querySelector('#split');
const panel = new PassagePanel(document.querySelector('#passage'));
const states = new Map();
let people = [];

for (const place of document.querySelectorAll('[data-icon]')) place.replaceWith(icon(place.dataset.icon));
startTheme(document.querySelector('#theme'));
void start();

async function start() {
  const token = takeToken();
  if (token) {
    open({ accountId: 'me', name: 'You', role: 'employee', title: '', token });
    panes[0].focus();
    return;
  }
  people = (await fetchPeople()).people;
  const chosen = (memory.read('people') ?? []).map(personOf).filter(Boolean);
  if (people.length === 0) {
    showClosed();
    return;
  }
  document.querySelector('#mode').hidden = false;
  splitButton.hidden = people.length < 2;
  splitButton.addEventListener('click', toggleSplit);
  for (const person of chosen.length > 0 ? chosen.slice(0, 2) : people.slice(0, 1)) open(person);
  panes[0].focus();
}

/** Who may be spoken as; asked again until the server answers. */
async function fetchPeople() {
  for (let waitMs = 300; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    const response = await fetch('/page/settings').catch(() => null);
    if (response?.ok) {
      offline.hidden = true;
      return response.json();
    }
    offline.hidden = false;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

const personOf = (accountId) => people.find((person) => person.accountId === accountId);

function open(person, at = panes.length) {
  const pane = new Pane(person, {
    number: at + 1,
    people,
    panel,
    onPick: (picked, other) => replace(picked, other),
    onState: (reporter, state) => {
      states.set(reporter, state);
      offline.hidden = ![...states.values()].includes('offline');
    },
  });
  panes.splice(at, 1, pane);
  const next = stage.children[at];
  if (next) next.replaceWith(pane.element);
  else stage.append(pane.element);
  remember();
  return pane;
}

function replace(pane, person) {
  const at = panes.indexOf(pane);
  panel.close();
  states.delete(pane);
  const element = pane.element;
  const fresh = open(person, at);
  pane.close();
  element.remove();
  fresh.focus();
}

function toggleSplit() {
  if (panes.length > 1) {
    const [second] = panes.splice(1);
    states.delete(second);
    second.close();
    remember();
    panes[0].focus();
    return;
  }
  const other = people.find(({ accountId }) => accountId !== panes[0].person.accountId);
  open(other).focus();
}

function remember() {
  const isSplit = panes.length > 1;
  splitButton.setAttribute('aria-pressed', String(isSplit));
  document.body.classList.toggle('split', isSplit);
  if (people.length > 0)
    memory.write(
      'people',
      panes.map(({ person }) => person.accountId),
    );
}

/** A company's portal hands over a token behind the `#`; it stays in this tab and leaves the address. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem('steward.token', given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('steward.token');
}

function showClosed() {
  stage.replaceChildren(
    el(
      'div',
      { class: 'closed' },
      el('h2', { text: 'Please open this chat from your portal' }),
      el('p', { text: 'Here, Steward only speaks with people whom the company’s own sign-in has let in.' }),
    ),
  );
}

function startTheme(button) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () =>
    (document.documentElement.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = () => {
    button.replaceChildren(icon(isDark() ? 'sun' : 'moon'));
    button.setAttribute('aria-label', isDark() ? 'Switch to light colours' : 'Switch to dark colours');
  };
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('steward.theme', theme);
    show();
  });
  system.addEventListener('change', show);
  show();
}
