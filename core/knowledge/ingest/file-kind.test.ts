import { describe, expect, it } from '@jest/globals';
import { notRead } from './file-kind.js';
import { inEnglish } from './reason.js';

describe('The line for a file that is not read', () => {
  it.each([
    ['notes.rtf', 'Files of the type .rtf are not read. Save it as PDF, DOCX or Markdown and try again.'],
    ['mail.EML', 'Files of the type .eml are not read. Save it as PDF, DOCX or Markdown and try again.'],
    ['old.doc', 'Old Office files (.doc) are not read. Save it as .docx and try again.'],
    ['photo.png', 'Files of the type .png are not read.'],
    ['server.key', 'Files of the type .key are not read.'],
    ['LICENSE', 'Files without an extension are not read.'],
  ])('says of %s what to do, where something can be done', (name, line) => {
    expect(inEnglish(notRead(name))).toBe(line);
  });
});
