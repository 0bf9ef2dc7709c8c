import { avatar, el, icon } from './dom.js';

/** Chooses whom this pane speaks as: a button that opens a list, moved through with the arrow keys. */
export function personPicker(people, person, onPick) {
  const id = `people-${Math.random().toString(36).slice(2)}`;
  const list = el('ul', {
    class: 'people',
    id,
    role: 'listbox',
    'aria-label': 'Speak as',
    tabindex: '-1',
    hidden: true,
  });
  const button = el(
    'button',
    {
      type: 'button',
      class: 'person',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
      'aria-controls': id,
    },
    avatar(person),
    el(
      'span',
      { class: 'person-words' },
      el('span', { class: 'visually-hidden', text: 'Speaking as ' }),
      el('strong', { text: person.name }),
      el('span', { text: standing(person) }),
    ),
    icon('down'),
  );
  const options = people.map((one) =>
    el(
      'li',
      {
        role: 'option',
        tabindex: '-1',
        'aria-selected': String(one.accountId === person.accountId),
        'data-account': one.accountId,
        onclick: () => pick(one),
      },
      avatar(one),
      el(
        'span',
        { class: 'person-words' },
        el('strong', { text: one.name }),
        el('span', { text: standing(one) }),
      ),
      one.accountId === person.accountId && icon('check'),
    ),
  );
  list.append(...options);

  const toggle = (isOpen) => {
    list.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen)
      (options.find((option) => option.getAttribute('aria-selected') === 'true') ?? options[0])?.focus();
  };
  const pick = (one) => {
    toggle(false);
    button.focus();
    if (one.accountId !== person.accountId) onPick(one);
  };
  button.addEventListener('click', () => toggle(list.hidden));
  list.addEventListener('keydown', (event) => {
    const at = options.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 };
    if (event.key in moves) options.at(moves[event.key] % options.length).focus();
    else if (event.key === 'Enter' || event.key === ' ') pick(people[at]);
    else if (event.key === 'Escape') {
      toggle(false);
      button.focus();
    } else return;
    event.preventDefault();
  });
  const picker = el('div', { class: 'picker' }, button, list);
  picker.addEventListener('focusout', ({ relatedTarget }) => {
    if (!list.hidden && !picker.contains(relatedTarget)) toggle(false);
  });
  return picker;
}

/** What a person is in the company, and in this demonstration where that is not the same. */
function standing({ title, role }) {
  return title && title.toLowerCase() !== role ? `${title} · ${role}` : title || role;
}
