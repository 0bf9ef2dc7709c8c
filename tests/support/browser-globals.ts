import { WebSocket } from 'ws';

/**
 * The two browser objects that Microsoft's Direct Line client wants and Node lacks or has in another form:
 * `XMLHttpRequest` over fetch, with the members that rxjs 5 reads, and the WebSocket of ws.
 */
export function installBrowserGlobals(): void {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest, WebSocket });
}

class FetchedRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseText = '';
  responseType = '';
  timeout = 0;
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  ontimeout: (() => void) | null = null;
  private readonly aborted = new AbortController();
  private readonly headers: Record<string, string> = {};
  private answerHeaders = new Headers();
  private request = { method: 'GET', url: '' };

  open(method: string, url: string): void {
    this.request = { method, url };
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  getResponseHeader(name: string): string | null {
    return this.answerHeaders.get(name);
  }

  abort(): void {
    this.aborted.abort();
  }

  send(body?: string | FormData | null): void {
    void this.run(body);
  }

  private async run(body?: string | FormData | null): Promise<void> {
    const { method, url } = this.request;
    try {
      const hasBody = method !== 'GET' && body !== undefined;
      const answer = await fetch(url, {
        method,
        headers: this.headers,
        ...(hasBody && { body: body ?? null }),
        signal: this.aborted.signal,
      });
      const bytes = await answer.arrayBuffer();
      this.answerHeaders = answer.headers;
      this.status = answer.status;
      this.responseText = this.responseType === 'arraybuffer' ? '' : Buffer.from(bytes).toString('utf8');
      this.response = this.responseType === 'arraybuffer' ? bytes : this.parsed();
    } catch {
      if (this.aborted.signal.aborted) return;
      this.status = 0;
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }

  private parsed(): unknown {
    if (this.responseType !== 'json') return this.responseText;
    try {
      return JSON.parse(this.responseText);
    } catch {
      return null;
    }
  }
}
