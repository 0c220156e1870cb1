import { type HostileRequest, NO_ANSWER } from './hostile-request.ts';
import { judgeAnswer } from './judge-answer.ts';
import { exchange } from './raw-exchange.ts';

/** Which door a request is sent to. */
export interface Door {
  readonly url: string;
  readonly isGlobal: boolean;
}

/** Answers of a busy machine, which say that the same request may be sent again: they are no answer to it. */
const AGAIN = new Set([429, 503, 504]);
const TRIES = 5;

/** Sends a request and says what is wrong with what became of it; nothing when all is well. */
export async function sendHostile(request: HostileRequest, { url, isGlobal }: Door): Promise<string[]> {
  const allowed = isGlobal ? (request.allowedGlobally ?? request.allowed) : request.allowed;
  for (let tries = 1; ; tries += 1) {
    const { answers } = await exchange(url, request.bytes, request);
    const [first, ...more] = answers;
    const faults = answers.flatMap((answer) => judgeAnswer(answer, request));
    const status = first?.status ?? NO_ANSWER;
    if (faults.length === 0 && tries < TRIES && AGAIN.has(status) && !allowed.includes(status)) continue;
    return [
      ...faults,
      ...(allowed.includes(status)
        ? []
        : [`answered ${status}, of ${allowed.join(', ')}: ${first?.body.slice(0, 300)}`]),
      ...(more.length === 0 || request.mayAnswerAll ? [] : [`answered twice, then ${more[0]?.status}`]),
    ];
  }
}
