import { z } from 'zod';
import {
  defineTool,
  inEnglish,
  type AnyTool,
  type SaySentence,
  type ToolContext,
  type ToolResult,
} from '../tools/tool.js';
import type { GitHub, Issue } from './github.js';

/**
 * Issues and project boards on GitHub.
 * @param home the repository that is meant when none is named.
 * @param say a sentence of ours in the language of whoever asked.
 */
export function gitHubTools(github: GitHub, home?: string, say: SaySentence = inEnglish): AnyTool[] {
  return [
    createIssue(github, home, say),
    updateIssue(github, home),
    closeIssue(github, home),
    listIssues(github, home),
    projectStatus(github, home),
  ];
}

const repositoryOf = (home: string | undefined) => {
  const named = z
    .string('Write the repository as owner/name.')
    .trim()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'Write the repository as owner/name.')
    .meta({
      title: 'Repository',
      examples: ['acme/web'],
      'x-pattern':
        '(?:(?:in|of|for|on|to|von|dans|de|en) )?(?:the )?(?:repo(?:sitory)? )?(?<![\\w/])([a-z][\\w.-]*/[a-z][\\w.-]*)(?![\\w/])',
    });
  return home ? named.default(home) : named;
};

const issueNumber = z
  .union([z.number().int().positive(), z.string()])
  .transform((value) => Number(String(value).replace('#', '')))
  .pipe(z.number('Write the number of the issue.').int().positive())
  .meta({
    title: 'Issue',
    type: 'string',
    'x-pattern': '(?:issue(?: number| no\\.?)? ?#?|#)(\\d+)\\b',
  });

const labels = z
  .string()
  .trim()
  .max(200)
  .default('')
  .meta({
    title: 'Labels',
    description: 'Separated by commas',
    'x-synonyms': ['labels', 'label', 'labelled'],
  });

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** Invisible in GitHub's view; by it an interrupted request is found again. */
const markOf = ({ idempotencyKey }: ToolContext): string => `<!-- steward:${idempotencyKey} -->`;

function createIssue(github: GitHub, home: string | undefined, say: SaySentence): AnyTool {
  return defineTool({
    name: 'github.create-issue',
    title: 'Create a GitHub issue',
    description: 'Opens an issue in a GitHub repository.',
    synonyms: ['create github issue', 'report github issue'],
    parameters: z.strictObject({
      repository: repositoryOf(home),
      title: z
        .string('Write a title.')
        .trim()
        .min(3, 'Write a title.')
        .max(256)
        .meta({ title: 'Title', 'x-kind': 'main' }),
      text: z.string().max(20_000).default('').meta({ title: 'Text', 'x-multiline': true }),
      labels,
    }),
    risk: 'write',
    idempotent: false,
    summarise: ({ repository, title }) => `GitHub issue "${title}" in ${repository}`,
    async execute({ repository, title, text, labels: names }, context) {
      const asked = say(`Requested by ${context.requester.name} through Steward.`, context.locale);
      const body = `${text}\n\n${asked}\n${markOf(context)}`;
      return told(await github.createIssue(repository, { title, body, labels: listOf(names) }), 'was opened');
    },
    async reconcile({ repository }, context) {
      const recent = await github.listIssues(repository, { state: 'all', limit: 100 });
      const found = recent.find(({ body }) => body.includes(markOf(context)));
      return found && told(found, 'was opened');
    },
    async undo({ repository }, { data }) {
      const issue = await github.updateIssue(repository, Number(data?.number), {
        state: 'closed',
        reason: 'not_planned',
      });
      return issue ? told(issue, 'was closed as not planned') : missing(Number(data?.number));
    },
  });
}

function updateIssue(github: GitHub, home: string | undefined): AnyTool {
  return defineTool({
    name: 'github.update-issue',
    title: 'Change a GitHub issue',
    description: 'Changes the title or the labels of an issue.',
    synonyms: ['update github issue', 'update label issue', 'create label issue', 'create label github'],
    parameters: z.strictObject({
      repository: repositoryOf(home),
      issue: issueNumber,
      title: z
        .string()
        .trim()
        .min(3)
        .max(256)
        .optional()
        .meta({ title: 'New title', 'x-synonyms': ['title'] }),
      labels,
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ repository, issue }) => `Change issue #${issue} in ${repository}`,
    async execute({ repository, issue: number, title, labels: names }) {
      const change = { ...(title && { title }), ...(names && { labels: listOf(names) }) };
      if (Object.keys(change).length === 0) return { ok: false, reason: 'Say what is to change.' };
      const issue = await github.updateIssue(repository, number, change);
      return issue ? told(issue, 'was changed') : missing(number);
    },
  });
}

function closeIssue(github: GitHub, home: string | undefined): AnyTool {
  return defineTool({
    name: 'github.close-issue',
    title: 'Close a GitHub issue',
    description: 'Closes an issue, as done or as not planned.',
    synonyms: ['close github issue'],
    parameters: z.strictObject({
      repository: repositoryOf(home),
      issue: issueNumber,
      reason: z
        .enum(['completed', 'not_planned'])
        .default('completed')
        .meta({ title: 'Reason', 'x-words': { not_planned: ['not planned', "won't fix"] } }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ repository, issue }) => `Close issue #${issue} in ${repository}`,
    async execute({ repository, issue: number, reason }) {
      const issue = await github.updateIssue(repository, number, { state: 'closed', reason });
      return issue ? told(issue, 'was closed') : missing(number);
    },
    async undo({ repository, issue: number }) {
      const issue = await github.updateIssue(repository, number, { state: 'open' });
      return issue ? told(issue, 'is open again') : missing(number);
    },
  });
}

function listIssues(github: GitHub, home: string | undefined): AnyTool {
  return defineTool({
    name: 'github.list-issues',
    title: 'List GitHub issues',
    description: 'Lists the newest issues of a repository.',
    synonyms: ['list github issues'],
    parameters: z.strictObject({
      repository: repositoryOf(home),
      state: z.enum(['open', 'closed', 'all']).default('open').meta({ title: 'State' }),
    }),
    risk: 'read',
    idempotent: true,
    summarise: ({ repository, state }) => `List ${state} issues of ${repository}`,
    async execute({ repository, state }) {
      const issues = await github.listIssues(repository, { state, limit: 20 });
      const lines = issues.map(({ number, title, url }) => `- [#${number}](${url}) ${title}`);
      return { ok: true, summary: lines.join('\n') || `There are no ${state} issues in ${repository}.` };
    },
  });
}

function projectStatus(github: GitHub, home: string | undefined): AnyTool {
  return defineTool({
    name: 'github.project-status',
    title: 'Show where an issue stands',
    description: 'Shows the status of an issue on its GitHub project boards.',
    synonyms: ['list project status', 'list status github issue', 'list status issue'],
    parameters: z.strictObject({ repository: repositoryOf(home), issue: issueNumber }),
    risk: 'read',
    idempotent: true,
    summarise: ({ repository, issue }) => `Show where #${issue} of ${repository} stands`,
    async execute({ repository, issue }) {
      const boards = await github.projectStatus(repository, issue);
      if (!boards) return missing(issue);
      const lines = boards.map(({ project, status }) => `- ${project}: **${status}**`);
      return { ok: true, summary: lines.join('\n') || `#${issue} is on no project board.` };
    },
  });
}

const told = ({ number, url, title }: Issue, what: string): ToolResult => ({
  ok: true,
  summary: `Issue #${number} ${what}: ${title}`,
  link: url,
  data: { number, title },
});

const missing = (number: number): ToolResult => ({ ok: false, reason: `There is no issue #${number}.` });
