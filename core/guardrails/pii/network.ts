import { isIP } from 'node:net';
import { after, before, type PiiDetector, type PiiMatch } from './detector.js';

const V4 = /(?<![\d.\p{L}-])(?:\d{1,3}\.){3}\d{1,3}(?![\d\p{L}]|\.\d)/gu;
const V6 =
  /(?<![\p{L}\p{N}:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\p{L}\p{N}:])/giu;
const MAC = /(?<![\p{L}\p{N}:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\p{L}\p{N}:-])/giu;

/** Addresses that belong to nobody: loopback, unspecified, masks, broadcast. */
const NOBODYS = /^(?:127\.|0\.0\.0\.0$|255\.|::1?$)/;
const VERSION =
  /(?:\bv|version|release|build|section|chapter|firmware|driver|patch|§|~>|[<>=^~])\s{0,3}$|\b(?:up|down)grad(?:e[ds]?|ing)\b[^\n.]{0,24}(?:\d\.[\d.]{1,12}[^\n.]{0,8})?$/i;

/** `10.0.0.0/8`: a range is nobody's address. */
const isNetwork = (address: string, behind: string): boolean => {
  const bits = /^\/(\d{1,2})(?!\d)/.exec(behind)?.[1];
  if (bits === undefined || Number(bits) > 30 || !address.includes('.')) return false;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - Number(bits)) === 0;
};

export const networkDetector: PiiDetector = {
  name: 'network',
  mayHold: (text) => /\d\.\d|[0-9a-f]:[0-9a-f:]|:[0-9a-f]|[0-9a-f]{2}-[0-9a-f]{2}-/i.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    for (const pattern of [V4, V6]) {
      for (const match of text.matchAll(pattern)) {
        const [address] = match;
        if (isIP(address) === 0 || NOBODYS.test(address) || VERSION.test(before(text, match.index, 48)))
          continue;
        if (isNetwork(address, after(text, match.index + address.length, 3))) continue;
        if (address.includes(':') && address.replaceAll(':', '').length < 4) continue;
        found.push({
          type: 'IP_ADDRESS',
          start: match.index,
          end: match.index + address.length,
          confidence: 0.9,
        });
      }
    }
    for (const match of text.matchAll(MAC)) {
      found.push({
        type: 'MAC_ADDRESS',
        start: match.index,
        end: match.index + match[0].length,
        confidence: 0.9,
      });
    }
    return found;
  },
};
