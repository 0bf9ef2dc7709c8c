import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakePage {
  status?: number;
  type?: string;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
}

/** A web site on loopback: paths and what they answer; every request is noted. */
export interface WebSite {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  host: string;
  pages: Record<string, FakePage>;
  requests: { path: string; headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export async function startWebSite(pages: Record<string, FakePage>): Promise<WebSite> {
  const requests: WebSite['requests'] = [];
  const site: Partial<WebSite> = { pages, requests };
  const server: Server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers });
    const page = site.pages?.[path];
    if (!page) {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('none');
      return;
    }
    const { status = 200, type = 'text/html; charset=utf-8', body = '', headers = {} } = page;
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(site, {
    origin: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  }) as WebSite;
}
