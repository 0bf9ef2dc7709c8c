/** Small helpers to build the page; all text goes in as text, never as markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** Outlines on a 24 x 24 grid, drawn for this page. */
const ICONS = {
  send: ['M12 19V5', 'M6 11l6-6 6 6'],
  stop: ['M8 8h8v8H8z'],
  attach: [
    'M19.5 11.5l-7.6 7.6a4.8 4.8 0 0 1-6.8-6.8l7.9-7.9a3.2 3.2 0 0 1 4.5 4.5l-7.8 7.8a1.6 1.6 0 0 1-2.3-2.3l7-7',
  ],
  split: ['M4 5h16v14H4z', 'M12 5v14'],
  moon: ['M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z'],
  sun: [
    'M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6z',
    'M12 3v1.6M12 19.4V21M3 12h1.6M19.4 12H21M5.6 5.6l1.2 1.2M17.2 17.2l1.2 1.2M18.4 5.6l-1.2 1.2M6.8 17.2l-1.2 1.2',
  ],
  close: ['M6.5 6.5l11 11', 'M17.5 6.5l-11 11'],
  down: ['M7 10l5 5 5-5'],
  fresh: ['M12 6v12', 'M6 12h12'],
  up: [
    'M7.5 11v8.5H5A1.5 1.5 0 0 1 3.5 18v-5.5A1.5 1.5 0 0 1 5 11z',
    'M7.5 11l4-7.2a2 2 0 0 1 2.3 2.4L13 10h5.2a2 2 0 0 1 2 2.4l-1.1 5.5a2 2 0 0 1-2 1.6H7.5',
  ],
  copy: ['M9 9h10v10H9z', 'M5 15V5h10'],
  check: ['M5.5 12.5l4.2 4.2 8.8-9.4'],
  retry: ['M5 12a7 7 0 1 1 2.2 5.1', 'M5 18v-4h4'],
  document: ['M7 4h7l4 4v12H7z', 'M14 4v4h4', 'M10 12.5h5M10 16h5'],
  offline: [
    'M4 4l16 16',
    'M8.5 15.5a5 5 0 0 1 5-1.2M5.5 12a9 9 0 0 1 4-2.3M14 9.4a9 9 0 0 1 4.5 2.6',
    'M12 19h.01',
  ],
};

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>} [attributes] `class`, `text`, `on<event>` and attributes; false and null are left out.
 * @param {(Node | string | null | undefined | false)[]} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === 'text') element.textContent = String(value);
    else if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A decorative icon; what it means is said by the element around it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  for (const d of ICONS[name] ?? []) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** A round picture of a person: initials on a colour of their own. */
export function avatar(person, size = '') {
  const initials = person.name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');
  return el('span', { class: `avatar avatar-${person.role} ${size}`, 'aria-hidden': 'true', text: initials });
}

/** Copies a text and says so on the button that was pressed. */
export async function copyText(text, button) {
  await navigator.clipboard.writeText(text).catch(() => copyByHand(text));
  const label = button.querySelector('.label');
  const before = label?.textContent;
  if (label) label.textContent = 'Copied';
  setTimeout(() => {
    if (label) label.textContent = before;
  }, 1600);
}

/** For pages that are not served securely, where browsers hide the clipboard. */
function copyByHand(text) {
  const area = el('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** Texts kept in this browser; a browser that keeps nothing only forgets them on reload. */
export const memory = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(`steward.${key}`) ?? 'null');
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      if (value === null) localStorage.removeItem(`steward.${key}`);
      else localStorage.setItem(`steward.${key}`, JSON.stringify(value));
    } catch {
      // Full or forbidden storage: the page works without it.
    }
  },
};
