import { startHttpRecorder, type HttpRecorder } from './http-recorder.js';

/** Telegram's Bot API, `sendMessage` alone: knows its token and its chats. */
export async function startFakeTelegram(
  token: string,
  chats: string[],
): Promise<HttpRecorder & { texts: string[] }> {
  const texts: string[] = [];
  const recorder = await startHttpRecorder(({ path, body }) => {
    if (path !== `/bot${token}/sendMessage`) {
      return { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } };
    }
    const { chat_id: chat, text } = JSON.parse(body) as { chat_id: string; text: string };
    if (!chats.includes(chat)) {
      return {
        status: 400,
        body: { ok: false, error_code: 400, description: 'Bad Request: chat not found' },
      };
    }
    texts.push(text);
    return { status: 200, body: { ok: true, result: { message_id: texts.length, text } } };
  });
  return { ...recorder, texts };
}
