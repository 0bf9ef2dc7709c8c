import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig } from './config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(env: NodeJS.ProcessEnv): ConfigError['problems'] {
  try {
    loadConfig(env, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing: defaults start a loopback server with the chat page and the built-in store', () => {
    expect(loadConfig({}, folder)).toMatchObject({
      environment: 'development',
      server: { port: 3978, host: '127.0.0.1', chatPage: true },
      dataDir: join(folder, '.steward'),
      storage: { allowEmbedded: false },
    });
  });

  it('takes the environment before the YAML file and that before the defaults', () => {
    writeFileSync(
      join(folder, 'steward.yaml'),
      'server:\n  port: 4000\n  chatPage: false\nlogLevel: debug\n',
    );
    const config = loadConfig({ STEWARD_CONFIG: 'steward.yaml', PORT: '5000' }, folder);
    expect(config.server).toMatchObject({ port: 5000, chatPage: false });
    expect(config.logLevel).toBe('debug');
  });

  it('reads .env in the working folder, and the real environment wins over it', () => {
    writeFileSync(
      join(folder, '.env'),
      '# a comment\nPORT=4001\nexport STEWARD_COMPANY="Acme Ltd"\nLOG_LEVEL=warn\n',
    );
    const config = loadConfig({ LOG_LEVEL: 'error' }, folder);
    expect(config.server.port).toBe(4001);
    expect(config.tenant.name).toBe('Acme Ltd');
    expect(config.logLevel).toBe('error');
  });

  it('listens on all addresses once a channel is configured', () => {
    const teams = { MICROSOFT_APP_ID: 'a', MICROSOFT_APP_PASSWORD: 'p', MICROSOFT_APP_TENANT_ID: 't' };
    expect(loadConfig(teams, folder).server.host).toBe('0.0.0.0');
  });

  it('reports every mistake at once, each with variable, reason and fix', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      MONGODB_URI: 'postgres://x',
      MICROSOFT_APP_ID: 'a',
      LOG_LEVEL: 'loud',
      SLACK_BOT_TOKEN: 'xoxb-1',
    });
    expect(problems.map(({ variable }) => variable).sort()).toEqual([
      'LOG_LEVEL',
      'MICROSOFT_APP_PASSWORD',
      'MICROSOFT_APP_TENANT_ID',
      'MONGODB_URI',
      'PORT',
      'SLACK_SIGNING_SECRET',
    ]);
    for (const { reason, fix } of problems) {
      expect(reason).not.toBe('');
      expect(fix).not.toBe('');
    }
  });

  it('never shows the value of a wrong secret', () => {
    const problems = problemsOf({
      STEWARD_SECRET_KEY: 'hunter2-hunter2',
      MONGODB_URI: 'mysql://root:hunter2@db',
    });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('names a setting of the YAML file that it does not know', () => {
    writeFileSync(join(folder, 'steward.yaml'), 'server:\n  prot: 4000\n');
    expect(problemsOf({ STEWARD_CONFIG: 'steward.yaml' })).toEqual([
      expect.objectContaining({ variable: 'server.prot (in the YAML file)' }),
    ]);
  });

  it('says so when the YAML file is missing or broken', () => {
    expect(problemsOf({ STEWARD_CONFIG: 'nowhere.yaml' })[0]?.variable).toBe('STEWARD_CONFIG');
    writeFileSync(join(folder, 'broken.yaml'), 'a: [1, 2');
    expect(problemsOf({ STEWARD_CONFIG: 'broken.yaml' })[0]?.variable).toBe('STEWARD_CONFIG');
  });

  it('does not start in production without a key and a database', () => {
    expect(problemsOf({ NODE_ENV: 'production' }).map(({ variable }) => variable)).toEqual([
      'STEWARD_SECRET_KEY',
      'MONGODB_URI',
    ]);
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(
      problemsOf({ NODE_ENV: 'production', STEWARD_SECRET_KEY: key, STEWARD_ALLOW_EMBEDDED: '1' }),
    ).toEqual([]);
  });

  it('hides the chat page in production unless it is switched on', () => {
    const production = {
      NODE_ENV: 'production',
      STEWARD_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      MONGODB_URI: 'mongodb://localhost/steward',
    };
    expect(loadConfig(production, folder).server.chatPage).toBe(false);
    expect(loadConfig({ ...production, STEWARD_CHAT_PAGE: 'on' }, folder).server.chatPage).toBe(true);
  });
});
