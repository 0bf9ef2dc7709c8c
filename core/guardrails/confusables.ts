/** Letters of other scripts that read as Latin ones (a hand-picked part of what Unicode TR 39 calls confusables). */
const PAIRS =
  'аa вb сc ԁd еe ёe һh іi їi јj кk ӏl мm нh оo рp ѕs тt υu ѵv ѡw хx уy ԛq ԝw гr пn дd зz' +
  ' αa βb ϲc δd εe ηn ιi κk λl μm νv οo ρp σo τt χx γy ωw' +
  ' АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX' +
  ' ɑa ɡg ɩi ɪi ʀr ʏy ʙb ɴn ʟl ʜh ɢg ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ꜰf øo łl đd ħh ıi ſs';

export const CONFUSABLES: ReadonlyMap<string, string> = new Map(
  PAIRS.split(' ').map((pair) => [Array.from(pair)[0] ?? '', Array.from(pair)[1] ?? '']),
);

const LATIN = /\p{Script=Latin}/u;
const OTHER = /[\u0250-\u03ff\u0400-\u052f\u1d00-\u1d2b\ua730-\ua731]/u;

/**
 * Replaces look-alike letters in words that mix scripts, and in words of look-alikes alone when the text around is
 * Latin. Real Cyrillic or Greek text is left alone.
 */
export function foldConfusables(text: string): { text: string; changed: number } {
  if (!OTHER.test(text)) return { text, changed: 0 };
  let changed = 0;
  const latinLetters = text.match(/[a-z]/gi)?.length ?? 0;
  const otherLetters = text.match(/[\u0370-\u052f]/g)?.length ?? 0;
  const mostlyLatin = latinLetters > otherLetters;
  const folded = text.replace(/[\p{L}\p{M}]{1,200}/gu, (word) => {
    if (!OTHER.test(word)) return word;
    const letters = Array.from(word);
    const readable = letters.every((letter) => CONFUSABLES.has(letter) || LATIN.test(letter));
    if (!readable || !(mostlyLatin || LATIN.test(word))) return word;
    changed += 1;
    return letters.map((letter) => CONFUSABLES.get(letter) ?? letter).join('');
  });
  return { text: folded, changed };
}
