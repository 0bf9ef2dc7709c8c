import type { Octokit } from '@octokit/core';
import { z } from 'zod';
import { InvalidInput, NotPermitted, StewardError, Unavailable, describeError } from '../../kernel/errors.js';
import type { OutboundFetch } from '../../kernel/outbound-fetch.js';

export interface GitHubOptions {
  token: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of an own server. */
  apiUrl?: string;
  fetch: OutboundFetch;
}

export interface Issue {
  number: number;
  title: string;
  state: string;
  url: string;
  labels: string[];
  body: string;
}

/** What Steward does on GitHub; `repository` is `owner/name`. */
export interface GitHub {
  createIssue(repository: string, issue: { title: string; body: string; labels: string[] }): Promise<Issue>;
  /** @returns undefined when there is no such issue. */
  updateIssue(
    repository: string,
    number: number,
    change: {
      title?: string;
      body?: string;
      labels?: string[];
      state?: 'open' | 'closed';
      reason?: 'completed' | 'not_planned';
    },
  ): Promise<Issue | undefined>;
  comment(repository: string, number: number, body: string): Promise<void>;
  listIssues(
    repository: string,
    filter: { state: 'open' | 'closed' | 'all'; limit: number },
  ): Promise<Issue[]>;
  /** Where an issue stands on the project boards that it is on. */
  projectStatus(
    repository: string,
    number: number,
  ): Promise<{ project: string; status: string }[] | undefined>;
}

const issueSchema = z.object({
  number: z.number(),
  title: z.string(),
  state: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).default([]),
  pull_request: z.unknown().optional(),
});

const boardSchema = z.object({
  repository: z
    .object({
      issue: z
        .object({
          projectItems: z.object({
            nodes: z.array(
              z.object({
                project: z.object({ title: z.string() }),
                fieldValueByName: z.object({ name: z.string() }).nullish(),
              }),
            ),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

const STATUS_QUERY = `query status($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      projectItems(first: 10) {
        nodes {
          project { title }
          fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } }
        }
      }
    }
  }
}`;

/** GitHub by its REST API and, for project boards, GraphQL. Every call leaves through the one outbound fetch. */
export function createGitHub({ token, apiUrl, fetch }: GitHubOptions): GitHub {
  let connected: Promise<Octokit> | undefined;
  const connect = async (): Promise<Octokit> => {
    const { Octokit: Client } = await import('@octokit/core'); // needed by few
    return new Client({
      auth: token,
      userAgent: 'steward',
      ...(apiUrl && { baseUrl: apiUrl.replace(/\/+$/, '') }),
      request: { fetch: asWebFetch(fetch) },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    });
  };
  const octokit = (): Promise<Octokit> => (connected ??= connect());
  const partsOf = (repository: string): { owner: string; repo: string } => {
    const [owner = '', repo = ''] = repository.split('/');
    return { owner, repo };
  };
  return {
    async createIssue(repository, issue) {
      const { data } = await translated(async () =>
        (await octokit()).request('POST /repos/{owner}/{repo}/issues', { ...partsOf(repository), ...issue }),
      );
      return toIssue(data);
    },
    async updateIssue(repository, number, { reason, ...change }) {
      const parameters = {
        ...partsOf(repository),
        issue_number: number,
        ...change,
        ...(reason && { state_reason: reason }),
      };
      const answer = await orMissing(async () =>
        (await octokit()).request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', parameters),
      );
      return answer && toIssue(answer.data);
    },
    async comment(repository, number, body) {
      const parameters = { ...partsOf(repository), issue_number: number, body };
      await translated(async () =>
        (await octokit()).request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters),
      );
    },
    async listIssues(repository, { state, limit }) {
      const parameters = {
        ...partsOf(repository),
        state,
        per_page: Math.min(limit, 100),
        sort: 'created' as const,
      };
      const { data } = await translated(async () =>
        (await octokit()).request('GET /repos/{owner}/{repo}/issues', parameters),
      );
      return z
        .array(issueSchema)
        .parse(data)
        .filter(({ pull_request: pull }) => pull === undefined)
        .map(toIssue);
    },
    async projectStatus(repository, number) {
      const { owner, repo: name } = partsOf(repository);
      const answer = boardSchema.parse(
        await translated(async () => (await octokit()).graphql(STATUS_QUERY, { owner, name, number })),
      );
      return answer.repository?.issue?.projectItems.nodes.map(({ project, fieldValueByName }) => ({
        project: project.title,
        status: fieldValueByName?.name ?? 'no status',
      }));
    },
  };
}

const ignore = (): void => undefined;

function toIssue(data: unknown): Issue {
  const { number, title, state, html_url: url, body, labels } = issueSchema.parse(data);
  const names = labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  return { number, title, state, url, body: body ?? '', labels: names.filter(Boolean) };
}

/** Octokit wants the platform's fetch; it gets ours, which knows which hosts may be reached. */
function asWebFetch(fetch: OutboundFetch): typeof globalThis.fetch {
  return async (input, init) => {
    const { status, headers, body } = await fetch(input instanceof Request ? input.url : input.toString(), {
      method: init?.method,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : undefined,
      signal: init?.signal ?? undefined,
    });
    const hasBody = ![204, 205, 304].includes(status);
    return new Response(hasBody ? Buffer.from(body) : null, { status, headers });
  };
}

/** The one place that knows Octokit's errors. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StewardError) throw error;
    const { status = 0, cause } = error as { status?: number; cause?: unknown };
    if (cause instanceof StewardError) throw cause;
    const isLimited = status === 429 || (status === 403 && /rate limit/i.test(describeError(error)));
    if (isLimited || status >= 500)
      throw new Unavailable('agents.github-unavailable', `GitHub does not answer now (${status}).`, {
        cause: error,
      });
    if (status === 401 || status === 403)
      throw new NotPermitted(
        'agents.github-denied',
        `GitHub refused Steward's token (${status}). Check GITHUB_TOKEN and its scopes.`,
        { cause: error },
      );
    if (status === 404)
      throw new InvalidInput('agents.github-missing', 'GitHub does not find the repository or issue.', {
        userText: 'error.not-found',
        status: 404,
        cause: error,
      });
    throw new InvalidInput('agents.github-invalid', `GitHub does not take the request (${status}).`, {
      cause: error,
    });
  }
}

async function orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await translated(work);
  } catch (error) {
    if (error instanceof StewardError && error.status === 404) return undefined;
    throw error;
  }
}
