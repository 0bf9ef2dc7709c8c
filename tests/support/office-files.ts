import { zipSync } from 'fflate';

/** Makes a ZIP of texts. */
export function makeZip(entries: Record<string, string | Uint8Array>): Uint8Array {
  const encoder = new TextEncoder();
  return zipSync(
    Object.fromEntries(
      Object.entries(entries).map(([name, content]) => [
        name,
        typeof content === 'string' ? encoder.encode(content) : content,
      ]),
    ),
  );
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Makes a Word file; `style` is a paragraph style such as `Heading1`. */
export function makeDocx(paragraphs: { text: string; style?: string }[]): Uint8Array {
  const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
  const body = paragraphs
    .map(
      ({ text, style }) =>
        `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t>${escapeXml(text)}</w:t></w:r></w:p>`,
    )
    .join('');
  const style = (level: number): string =>
    `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`;
  return makeZip({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/_rels/document.xml.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
    'word/styles.xml': `<w:styles xmlns:w="${word}">${style(1)}${style(2)}</w:styles>`,
    'word/document.xml': `<w:document xmlns:w="${word}"><w:body>${body}</w:body></w:document>`,
  });
}

/** Makes a presentation; each slide has a title, lines and notes. */
export function makePptx(slides: { title: string; lines: string[]; notes?: string }[]): Uint8Array {
  const names = 'xmlns:a="urn:a" xmlns:p="urn:p"';
  const paragraphs = (lines: string[]): string =>
    lines.map((line) => `<a:p><a:r><a:t>${escapeXml(line)}</a:t></a:r></a:p>`).join('');
  const entries: Record<string, string> = {};
  for (const [position, { title, lines, notes }] of slides.entries()) {
    const number = position + 1;
    entries[`ppt/slides/slide${number}.xml`] =
      `<p:sld ${names}><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><p:txBody>${paragraphs([title])}</p:txBody></p:sp>` +
      `<p:sp><p:nvPr><p:ph idx="1"/></p:nvPr><p:txBody>${paragraphs(lines)}</p:txBody></p:sp></p:sld>`;
    if (!notes) continue;
    entries[`ppt/slides/_rels/slide${number}.xml.rels`] =
      `<Relationships><Relationship Id="r1" Target="../notesSlides/notesSlide${number}.xml"/></Relationships>`;
    entries[`ppt/notesSlides/notesSlide${number}.xml`] =
      `<p:notes ${names}><p:sp><p:txBody>${paragraphs([notes])}</p:txBody></p:sp></p:notes>`;
  }
  return makeZip(entries);
}

/** Makes a workbook with one sheet; numbers in `dates` cells are shown as days. */
export function makeXlsx(name: string, rows: (string | number | { date: number })[][]): Uint8Array {
  const letters = 'ABCDEFGHIJ';
  const cell = (value: string | number | { date: number }, reference: string): string => {
    if (typeof value === 'string')
      return `<c r="${reference}" t="inlineStr"><is><t>${escapeXml(value)}</t></is></c>`;
    if (typeof value === 'number') return `<c r="${reference}"><v>${value}</v></c>`;
    return `<c r="${reference}" s="1"><v>${value.date}</v></c>`;
  };
  const sheet = rows
    .map(
      (row, line) =>
        `<row r="${line + 1}">${row.map((value, column) => cell(value, `${letters.charAt(column)}${line + 1}`)).join('')}</row>`,
    )
    .join('');
  return makeZip({
    'xl/workbook.xml': `<workbook xmlns:r="urn:r"><sheets><sheet name="${escapeXml(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

export interface PdfLine {
  text: string;
  x?: number;
  y: number;
  size?: number;
}

/** Makes a PDF with one font; a page is a list of placed lines. `encrypted` needs a password that nobody knows. */
export function makePdf(pages: PdfLine[][], { encrypted = false } = {}): Uint8Array {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(''); // the page tree, filled in below
  const font = add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  const kids = pages.map((lines) => {
    const text = lines
      .map(
        ({ text: words, x = 50, y, size = 11 }) =>
          `BT /F1 ${size} Tf ${x} ${y} Td (${words.replace(/[\\()]/g, '\\$&')}) Tj ET`,
      )
      .join('\n');
    const stream = add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
    return add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${stream} 0 R /Resources << /Font << /F1 ${font} 0 R >> >> >>`,
    );
  });
  objects[1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  const secret = 'ab'.repeat(32);
  const encryption = encrypted
    ? add(`<< /Filter /Standard /V 1 /R 2 /O <${secret}> /U <${secret}> /P -44 >>`)
    : undefined;
  let file = '%PDF-1.4\n';
  const offsets = objects.map((body, position) => {
    const at = file.length;
    file += `${position + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /ID [<00> <00>]`;
  if (encryption) file += ` /Encrypt ${encryption} 0 R`;
  file += ` >>\nstartxref\n${table}\n%%EOF\n`;
  return new TextEncoder().encode(file);
}
