import { startHttpRecorder, type HttpRecorder } from './http-recorder.js';

export interface FakeIssue {
  number: number;
  title: string;
  body: string;
  state: string;
  state_reason?: string;
  labels: { name: string }[];
  html_url: string;
  pull_request?: object;
}

export interface FakeGitHub extends HttpRecorder {
  issues: FakeIssue[];
  boards: Map<number, { project: string; status?: string }[]>;
  /** The next requests are answered with this status and body. */
  failWith(status: number | undefined, message?: string): void;
}

/** GitHub's REST API for issues and its GraphQL API for project items, for one repository and one token. */
export async function startFakeGitHub(token: string, repository = 'acme/web'): Promise<FakeGitHub> {
  const issues: FakeIssue[] = [];
  const boards: FakeGitHub['boards'] = new Map();
  let failure: { status: number; message: string } | undefined;
  const base = `/repos/${repository}/issues`;
  const recorder = await startHttpRecorder(({ method, path, headers, body }) => {
    if (failure) return { status: failure.status, body: { message: failure.message } };
    if (headers.authorization !== `token ${token}` && headers.authorization !== `bearer ${token}`)
      return { status: 401, body: { message: 'Bad credentials' } };
    const input = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
    const url = new URL(path, 'http://github');
    if (method === 'POST' && url.pathname === '/graphql') {
      const { owner, name, number } = input.variables as { owner: string; name: string; number: number };
      const issue = issues.find((each) => each.number === number);
      if (`${owner}/${name}` !== repository || !issue)
        return {
          status: 200,
          body: {
            data: { repository: `${owner}/${name}` === repository ? { issue: null } : null },
          },
        };
      const nodes = (boards.get(number) ?? []).map(({ project, status }) => ({
        project: { title: project },
        fieldValueByName: status ? { name: status } : null,
      }));
      return { status: 200, body: { data: { repository: { issue: { projectItems: { nodes } } } } } };
    }
    if (!url.pathname.startsWith(base)) return { status: 404, body: { message: 'Not Found' } };
    const number = Number(url.pathname.slice(base.length + 1));
    if (method === 'GET' && url.pathname === base) {
      const state = url.searchParams.get('state');
      const found = issues.filter((issue) => state === 'all' || issue.state === state);
      return { status: 200, body: [...found].reverse() };
    }
    if (method === 'POST' && url.pathname === base) {
      if (typeof input.title !== 'string' || input.title === '')
        return {
          status: 422,
          body: { message: 'Validation Failed', errors: [{ field: 'title', code: 'missing_field' }] },
        };
      const issue: FakeIssue = {
        number: issues.length + 1,
        title: input.title,
        body: typeof input.body === 'string' ? input.body : '',
        state: 'open',
        labels: ((input.labels ?? []) as string[]).map((name) => ({ name })),
        html_url: `https://github.com/${repository}/issues/${issues.length + 1}`,
      };
      issues.push(issue);
      return { status: 201, body: issue };
    }
    const issue = issues.find((each) => each.number === number);
    if (method !== 'PATCH' || !issue) return { status: 404, body: { message: 'Not Found' } };
    const names = input.labels as string[] | undefined;
    Object.assign(issue, input, names && { labels: names.map((name) => ({ name })) });
    return { status: 200, body: issue };
  });
  return {
    ...recorder,
    issues,
    boards,
    failWith: (status, message = 'Server Error') => {
      failure = status === undefined ? undefined : { status, message };
    },
  };
}
