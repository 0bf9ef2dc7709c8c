import type { Page } from 'playwright-core';

/**
 * Looks over a page for the mistakes that keep people out and that a program can see: controls without a name, fields
 * without a label, pictures without a text, ids that stand twice, buttons inside of buttons, and text that contrasts
 * with what lies behind it by less than WCAG 2.2 AA asks (4.5 : 1, large text 3 : 1).
 * @returns one sentence per finding.
 */
export function findAccessibilityFaults(page: Page): Promise<string[]> {
  return page.evaluate(lookOver);
}

/** Runs in the page: it may use nothing from outside. */
function lookOver(): string[] {
  interface Rgba {
    r: number;
    g: number;
    b: number;
    a: number;
  }
  interface Styled {
    color: string;
    backgroundColor: string;
    fontSize: string;
    fontWeight: string;
    opacity: string;
  }
  interface PageElement {
    id: string;
    tagName: string;
    className: unknown;
    textContent: string | null;
    innerText: string;
    parentElement: PageElement | null;
    childNodes: Iterable<{ nodeType: number; textContent: string | null }>;
    getAttribute(name: string): string | null;
    hasAttribute(name: string): boolean;
    closest(selector: string): PageElement | null;
    matches(selector: string): boolean;
    querySelector(selector: string): PageElement | null;
    checkVisibility(options: object): boolean;
  }
  interface PageDocument {
    querySelectorAll(selector: string): Iterable<PageElement>;
    getElementById(id: string): PageElement | null;
    documentElement: PageElement;
  }
  const { document, getComputedStyle } = globalThis as unknown as {
    document: PageDocument;
    getComputedStyle(element: PageElement): Styled;
  };
  const faults: string[] = [];
  const describe = (element: PageElement): string =>
    `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> "${(element.textContent ?? '').trim().slice(0, 40)}"`;
  const isShown = (element: PageElement): boolean =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    !element.closest('[aria-hidden="true"]');
  const nameOf = (element: PageElement): string => {
    const labelled = (element.getAttribute('aria-labelledby') ?? '')
      .split(/\s+/)
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
    const label = element.id
      ? [...document.querySelectorAll(`label[for="${element.id}"]`)][0]?.textContent
      : '';
    const inside = element.matches('input, textarea, select') ? '' : element.innerText;
    const picture = element.querySelector('img[alt]')?.getAttribute('alt') ?? '';
    return [
      labelled,
      element.getAttribute('aria-label'),
      label,
      element.closest('label')?.textContent,
      inside,
      picture,
    ]
      .map((part) => part ?? '')
      .join('')
      .trim();
  };

  if (!document.documentElement.getAttribute('lang')) faults.push('the page does not say its language');
  const ids = new Map<string, number>();
  for (const { id } of document.querySelectorAll('[id]')) ids.set(id, (ids.get(id) ?? 0) + 1);
  for (const [id, count] of ids) if (count > 1) faults.push(`the id ${id} stands ${count} times`);
  for (const control of document.querySelectorAll(
    'button, a[href], input, textarea, select, [role="button"], [role="option"], [role="region"], [role="log"]',
  )) {
    if (isShown(control) && nameOf(control) === '') faults.push(`no name: ${describe(control)}`);
  }
  for (const image of document.querySelectorAll('img')) {
    if (!image.hasAttribute('alt')) faults.push(`no text for the picture ${describe(image)}`);
  }
  for (const inner of document.querySelectorAll(
    ':is(button, a, [role="button"]) :is(button, a[href], input, textarea)',
  )) {
    faults.push(`a control inside of a control: ${describe(inner)}`);
  }
  for (const heading of document.querySelectorAll('main, [role="main"]')) {
    if (heading.parentElement?.closest('main')) faults.push('a main part inside of the main part');
  }

  const parse = (color: string): Rgba => {
    const srgb = /^color\(srgb ([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/.exec(color);
    if (srgb) {
      const [, r = '0', g = '0', b = '0', a = '1'] = srgb;
      return { r: Number(r) * 255, g: Number(g) * 255, b: Number(b) * 255, a: Number(a) };
    }
    const [r = 0, g = 0, b = 0, a = 1] = (/\(([^)]+)\)/.exec(color)?.[1] ?? '').split(/[\s,/]+/).map(Number);
    return { r, g, b, a };
  };
  const over = (top: Rgba, below: Rgba): Rgba => ({
    r: top.r * top.a + below.r * (1 - top.a),
    g: top.g * top.a + below.g * (1 - top.a),
    b: top.b * top.a + below.b * (1 - top.a),
    a: 1,
  });
  const behind = (element: PageElement | null): Rgba => {
    if (!element) return { r: 255, g: 255, b: 255, a: 1 };
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.a === 1 ? own : over(own, behind(element.parentElement));
  };
  const luminance = ({ r, g, b }: Rgba): number => {
    const [red = 0, green = 0, blue = 0] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const element of document.querySelectorAll('body *')) {
    const words = [...element.childNodes]
      .filter(({ nodeType }) => nodeType === 3)
      .map(({ textContent }) => textContent);
    if (words.join('').trim() === '' || !isShown(element) || element.closest('noscript, [disabled]'))
      continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const text = over(parse(style.color), ground);
    const [light = 0, dark = 0] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) faults.push(`contrast ${contrast.toFixed(2)}: ${describe(element)}`);
  }
  return faults;
}
