import { after, before, UNSPACED, type PiiDetector, type PiiMatch } from './detector.js';

const EMAIL =
  /(?<![\p{L}\p{N}._%+/-])[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;

/** The same in ASCII: beside scripts that set no blanks, letters before and behind are words of the sentence. */
const BESIDE_WORDS =
  /(?<![\w.%+/-])\w[\w.%+'-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![\w-])/gi;

/** `"anna kern"@firm.example`: a quoted mailbox may hold blanks (RFC 5322). */
const QUOTED = /(?<![\w"])"[^"\n@]{1,64}"@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu;

/** Mailboxes of a function, which belong to nobody and which people have to be told. */
const FUNCTION_MAILBOX =
  /^(?:info|contact|hello|sales|office|no-?reply|do-?not-?reply|notifications?|support|help-?desk|(?:tech|people|sales|rev|biz|dev|it|data)-?(?:ops|team)|hr|legal|finance|security|recruiting|press|privacy|abuse|postmaster|webmaster|travel|careers|jobs|billing|accounting|accounts-payable|ap|ar|deal-?desk|community|commercial-contracts|report-[a-z-]{3,30})$/i;
/** `anna (at) firm (dot) com`, `anna [at] firm.com` */
const SPELT =
  /(?<![\w.])[\w.+-]{1,64}(?:\s?(?:\(dot\)|\[dot\]|\{dot\})\s?[\w+-]{1,63}){0,3}\s?(?:\(at\)|\[at\]|\{at\})\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)|\[dot\]|\{dot\})\s?[\w-]{1,63}){0,4}\s?(?:\.|\(dot\)|\[dot\]|\{dot\})\s?[a-z]{2,24}\b/gi;

export const emailDetector: PiiDetector = {
  name: 'email',
  mayHold: (text) => text.includes('@') || /[([{]at[)\]}]/i.test(text),
  find: (text) => [
    ...besideWords(text),
    ...Array.from(text.matchAll(EMAIL), (match) => ({
      type: 'EMAIL_ADDRESS',
      start: match.index,
      end: match.index + match[0].length,
      confidence: 0.99,
    })).filter(({ start }) => !FUNCTION_MAILBOX.test(text.slice(start, text.indexOf('@', start)))),
    ...[...text.matchAll(QUOTED), ...text.matchAll(SPELT)].map((match) => ({
      type: 'EMAIL_ADDRESS',
      start: match.index,
      end: match.index + match[0].length,
      confidence: 0.85,
    })),
  ],
};

/** Addresses that touch a word of such a script; nothing else touches them. */
const besideWords = (text: string): PiiMatch[] =>
  Array.from(text.matchAll(BESIDE_WORDS), (match) => ({
    type: 'EMAIL_ADDRESS',
    start: match.index,
    end: match.index + match[0].length,
    confidence: 0.995,
  })).filter(({ start, end }) => {
    const sides = [before(text, start, 1), after(text, end, 1)];
    const touching = sides.filter((side) => /\p{L}/u.test(side));
    return touching.length > 0 && touching.every((side) => UNSPACED.test(side));
  });
