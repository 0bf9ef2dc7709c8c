import type { StewardError, StewardErrorOptions } from '../../kernel/errors.js';

/**
 * Why something was not taken in, or what else is to be said of it, and what to do: for the report of the command line and for logs.
 * A person reads the same in their own language (`reason.*` in dialogs/texts).
 */
export const SENTENCES = {
  empty: 'The file is empty.',
  'no-text': 'There is no text in it.',
  'too-large': 'The file has {{size}}; at most {{most}} are read. Split it.',
  'too-many-passages':
    'The document is too long: {{passages}} passages, at most {{most}} are kept. Split it.',
  'too-much-text': 'The document comes to {{size}} when it is cut up; at most {{most}} are kept. Split it.',
  'kind-not-read': 'Files of the type .{{extension}} are not read.',
  'kind-none': 'Files without an extension are not read.',
  'kind-convertible':
    'Files of the type .{{extension}} are not read. Save it as PDF, DOCX or Markdown and try again.',
  'kind-old-office':
    'Old Office files (.{{extension}}) are not read. Save it as .{{extension}}x and try again.',
  'content-no-text': 'The name promises text but the content is {{found}}. Rename it and try again.',
  'content-binary': 'The name promises text but the content is binary. Rename or remove the file.',
  'content-other': 'The name promises a {{promised}} file but the content is {{found}}.',
  'content-unknown': 'The name promises a {{promised}} file but the content is something else.',
  'nested-too-deeply': 'It is nested too deeply to be read.',
  'file-damaged': 'The file is damaged and cannot be opened.',
  'file-slow': 'Reading took longer than {{seconds}} s; the file was given up.',
  'file-broke-reader': 'The file broke its reader; it was given up.',
  'file-memory': 'The file needs more memory than it may have.',
  'pdf-encrypted': 'The PDF is encrypted. Save it without a password and try again.',
  'pdf-damaged': 'The PDF is damaged and cannot be opened.',
  'pdf-no-text': 'The PDF holds no text (a scan?). Add a text layer (OCR) and try again.',
  'pdf-pages': 'The PDF has {{pages}} pages; at most {{most}} are read. Split it.',
  'office-encrypted': 'The Office file is encrypted. Save it without a password.',
  'office-encrypted-or-old':
    'The Office file is encrypted or of the old format. Save it without a password in the new format.',
  'office-damaged': 'The Office file is damaged.',
  'office-packing': 'The Office file is packed in a way that is not read.',
  'office-parts': 'The Office file holds more than {{most}} parts; it was not opened.',
  'office-unpacked': 'The file unpacks to more than {{most}}; it was not opened.',
  'word-none': 'The file is not a Word document.',
  'slides-none': 'The presentation has no slides.',
  'sheets-none': 'The workbook has no sheets.',
  'csv-quotes': 'A quoted cell of the table is never closed. Check the quotes.',
  'readers-unclear':
    '{{fields}}: that cannot be understood, so nobody could be told who may read it. Use classification: {{classes}} and readers: role:NAME, group:NAME, person:ID, channel:ID or an e-mail address.',
  'reader-unknown':
    'The reader “{{reader}}” is not known. Use role:NAME ({{roles}}), group:NAME, person:ID, channel:ID or an e-mail address.',
  'header-long': 'The front matter is longer than a page. Shorten it.',
  'header-broken': 'The front matter is broken YAML, so who may read it is unknown. Correct it.',

  'folder-not-listed': 'The folder cannot be listed ({{fault}}).',
  'folder-deep': 'Folders are read down to {{most}} levels; this one is deeper.',
  'files-most': 'More than {{most}} files; the rest was left out. Take in smaller folders.',
  'no-file': 'It is a device, a socket or a pipe.',
  link: 'It is a link; what it points to is taken in under its own name.',
  'link-outside': 'It is a link to a place outside of the folder and was not followed.',
  'link-loop': 'It is a link that leads back to itself.',
  'link-nowhere': 'It is a link that leads nowhere.',
  'link-not-followed': 'It is a link and was not followed.',
  submodule: 'It is a submodule, which is a repository of its own. Add that one as a source.',
  'git-lfs': 'The repository holds only a pointer to the file; Git LFS is not read.',
  'file-now-link': 'The file became a link and was not followed.',
  'file-no-file': 'It is no ordinary file any more.',
  'file-forbidden': 'Steward may not read the file. Check its permissions.',
  'file-vanished': 'The file vanished while the folder was read, or its name is not valid UTF-8.',
  'file-not-opened': 'The file cannot be opened ({{fault}}).',
  'file-changing': 'The file kept changing while it was read. Take it in again later.',

  'other-source':
    'Another source ({{source}}) already brings a document of this path into the collection. Use another collection.',
  'taken-meanwhile': 'Somebody else took it in at the same moment; their version stands.',
  'rolled-back': 'It was rolled back to an earlier version, which stands until the file changes.',
  twin: 'It has the same content as {{path}}.',
  'version-stays': 'Version {{version}} stays.',
  'nobody-answered': 'Until then nobody is answered from it.',
  'listing-incomplete':
    'The source could not be listed completely. Documents that were not seen were kept: {{kept}}.',
  'source-empty':
    'The source is empty, as if it were not there. Documents that were not seen were kept: {{kept}}.',

  'web-no-address': 'It is not a web address.',
  'web-stopped': 'The reading was stopped.',
  'web-pages': 'More than {{most}} pages; the rest was left out.',
  'web-bytes': 'The pages come to more than {{most}}; the rest was left out. Make several sources of them.',
  'web-kind': 'Pages of the type {{type}} are not read.',
  'web-kind-none': 'The server does not say what kind of page it is, so it is not read.',
  'web-robots': 'The site’s robots.txt does not allow it.',
  'web-redirect-odd': 'It redirects to what is no web address.',
  'web-redirects': 'It redirects more than {{most}} times.',
  'web-status': 'The server answered {{status}}.',

  'bad-url': 'A source needs an http or https address without a name or password in it.',
  'host-not-listed':
    '{{host}} is not on the list of hosts that Steward may read. Add it to STEWARD_KNOWLEDGE_HOSTS.',
  'private-address':
    '{{host}} is inside a private network. Add it to STEWARD_KNOWLEDGE_PRIVATE_HOSTS if Steward may read it.',
  'unknown-host': '{{host}} has no address.',
  unreachable: '{{host}} did not answer ({{fault}}).',
  'page-too-large': '{{host}} answered with more than {{most}}.',
  'bad-git-url': 'A repository’s address begins with {{protocols}} and has no password in it.',
  'bad-git-ref': 'The branch or tag has a name that is not allowed.',
  'git-failed': 'The repository could not be cloned. Git says: {{fault}}',
  'git-slow': 'The repository could not be cloned in time.',
  'folder-outside': 'The folder has to be inside of the repository.',
  'folder-none': 'The repository has no folder {{folder}}.',
  'folder-not-allowed':
    'The folder is not in one that sources may lie in. Add that one to STEWARD_KNOWLEDGE_FOLDERS.',
  'no-such-path': '{{path}} cannot be read ({{fault}}). Check the path and its permissions.',
  unusable: 'It cannot be used: {{fault}}',
} as const;

export type ReasonCode = keyof typeof SENTENCES;

/** What is to be said of a file or a source: which sentence, and what stands in it. */
export interface Reason {
  code: ReasonCode;
  parameters?: Record<string, string | number>;
}

type Placeholders<Sentence extends string> = Sentence extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Parameters<Code extends ReasonCode> = [Placeholders<(typeof SENTENCES)[Code]>] extends [never]
  ? []
  : [Record<Placeholders<(typeof SENTENCES)[Code]>, string | number>];

/** Names a reason where it arises, with everything that its sentence says. */
export function reason<Code extends ReasonCode>(code: Code, ...[parameters]: Parameters<Code>): Reason {
  return { code, ...(parameters && { parameters }) };
}

/** The sentence of the report. */
export const inEnglish = ({ code, parameters = {} }: Reason): string =>
  SENTENCES[code].replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(parameters[name] ?? ''));

const PREFIX = 'knowledge.';

/** What an error of any class is made of that stands for a reason: `new NotPermitted(...because(reason(…)))`. */
export const because = (
  why: Reason,
  options: StewardErrorOptions = {},
): [code: string, message: string, options: StewardErrorOptions] => [
  `${PREFIX}${why.code}`,
  inEnglish(why),
  { ...options, ...(why.parameters && { parameters: why.parameters }) },
];

/** The reason that an error stands for. */
export function reasonOf({ code, message, parameters }: StewardError): Reason {
  const name = code.slice(PREFIX.length);
  const isKnown = code.startsWith(PREFIX) && Object.hasOwn(SENTENCES, name);
  if (!isKnown) return reason('unusable', { fault: message });
  return { code: name as ReasonCode, ...(parameters && { parameters }) };
}

/** What the system calls a fault: `EACCES`; its message would name folders of the server. */
export function faultName(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? '?');
}
