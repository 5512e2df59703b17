/** What the end of a request says about its host: to whom it is told, and who is to blame. Pure. */
import type { RemoteReply } from '../harvesters/harvester.ts';
import { wordsOf } from '../harvesters/reply.ts';
import type { Answer } from './failures.ts';
import { isPassingStatus, retryAfterSecondsOf, type Told } from './polite.ts';

/** What one hop tells of its host. */
export function toldBy(answer: Answer, startedAt: number, now: number): Told {
  if ('reply' in answer) {
    const struggles = isPassingStatus(answer.reply.status);
    return {
      startedAt,
      struggles,
      ...(struggles && { trouble: statusIn(answer.reply) }),
      retryAfterSeconds: struggles ? retryAfterSecondsOf(answer.reply, now) : undefined,
    };
  }
  const { error, ours } = answer;
  const struggles =
    ours === undefined && (error.name === 'RemoteTooSlow' || isPassingStatus(error.status ?? 200));
  return {
    startedAt,
    struggles,
    ...(struggles && { trouble: error.message }),
    retryAfterSeconds: undefined,
  };
}

/** Who is to blame for how a request ended: the host, nobody outside, or there is nothing to blame. */
export function blameIn(answer: Answer): { failure: string | undefined } | 'nobody' {
  if ('reply' in answer) {
    const { status } = answer.reply;
    return { failure: isPassingStatus(status) ? statusIn(answer.reply) : undefined };
  }
  if (answer.ours !== undefined) return 'nobody';
  switch (answer.error.name) {
    case 'RemoteTooBig':
      return { failure: undefined };
    case 'RemoteUnreachable':
    case 'RemoteTooSlow':
    case 'RemoteUnreadable':
    case 'RemoteBusy':
      return { failure: answer.error.message };
    default:
      return 'nobody';
  }
}

function statusIn({ status }: RemoteReply): string {
  return `status ${status}${wordsOf(status)}`;
}
