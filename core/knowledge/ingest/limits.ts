/** What the intake refuses. All of it ends as a line in the report, never as a crash. */
export interface IngestLimits {
  /** Bytes of one PDF or Office file. */
  maxFileBytes: number;
  /** Bytes of one text file (Markdown, HTML, TXT, CSV). */
  maxTextBytes: number;
  maxFiles: number;
  /** Folders inside folders. */
  maxDepth: number;
  /** Passages of one document: a version is one stored record. */
  maxPassages: number;
  /** Bytes of its passages together: a store takes 16 MB a record. */
  maxStoredBytes: number;
  /** Files inside an Office document. */
  maxArchiveEntries: number;
  /** Bytes of an Office document when unpacked. */
  maxArchiveBytes: number;
  maxPages: number;
  /** Bytes of all pages of a web source together: they are kept until the last one is listed. */
  maxCrawlBytes: number;
  /** Milliseconds that a PDF or Word file may take. */
  parseTimeoutMs: number;
}

export const DEFAULT_LIMITS: IngestLimits = {
  maxFileBytes: 25 * 1024 * 1024,
  maxTextBytes: 5 * 1024 * 1024,
  maxFiles: 100_000,
  maxDepth: 32,
  maxPassages: 5_000,
  maxStoredBytes: 12 * 1024 * 1024,
  maxArchiveEntries: 4_000,
  maxArchiveBytes: 64 * 1024 * 1024,
  maxPages: 2_000,
  maxCrawlBytes: 256 * 1024 * 1024,
  parseTimeoutMs: 60_000,
};

/** Upwards, and small numbers with a tenth: what is a little over a limit must not look like the limit. */
const rounded = (value: number): number => (value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value));

/** `5 MB`, for a line that a person reads. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${rounded(bytes / (1024 * 1024))} MB`;
  return bytes >= 1024 ? `${rounded(bytes / 1024)} KB` : `${bytes} bytes`;
}
