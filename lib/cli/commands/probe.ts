/** `reeve probe <url>`: which harvester type a URL wants, and why not the others. */
import { DEFAULT_PACE } from '../../session/limits.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { catchInterrupts } from '../interrupts.ts';
import { remoteUrl } from '../../settings/url.ts';
import { probeRemote, type ProbeAnswer } from '../../probing.ts';
import { typedCredentials, typedPolicy, type RemoteOptionTexts } from '../remote-options.ts';
import { createRemotes } from '../remotes.ts';
import type { Screen } from '../screen.ts';
import { table } from '../tables.ts';

export async function probeUrl(
  context: Context,
  typed: string,
  options: RemoteOptionTexts,
): Promise<ExitCode> {
  const { screen } = context;
  const url = remoteUrl(typed);
  const credentials = typedCredentials(options.credentials);
  const remotes = createRemotes({ ...context, policy: typedPolicy(options.remotePolicy) });
  const interrupts = catchInterrupts(context.signals, context.quit);
  try {
    await remotes.grant(url, DEFAULT_PACE, credentials);
    const { type, title, verdicts } = await probeRemote(remotes, url, {
      signal: interrupts.signal,
      credentials,
    });
    return printProbe(screen, { url, type, title, verdicts }, asTyped(options));
  } finally {
    interrupts.release();
    await remotes.close();
  }
}

/** What was typed with it belongs to the harvest too. */
function asTyped({ credentials = [], remotePolicy = [] }: RemoteOptionTexts): string {
  return [
    ...credentials.map((pair) => ` --credentials ${pair}`),
    ...remotePolicy.map((pair) => ` --remote-policy ${pair}`),
  ].join('');
}

export function printProbe(
  screen: Screen,
  { url, type, title, verdicts }: Pick<ProbeAnswer, 'type' | 'title' | 'verdicts'> & { readonly url: string },
  more = '',
): ExitCode {
  screen.document({ url, type: type ?? null, title: title ?? null, verdicts });
  const called = title === undefined || title === '' ? '' : `, called ${JSON.stringify(title)}`;
  if (type === undefined) screen.print(`${url} is none of the remotes that Reeve can harvest.`);
  else screen.print(`${url} is a remote of type ${screen.paint('green', type)}${called}.`);
  if (!screen.quiet) {
    const rows = verdicts.map((one) => [one.type, one.match ? screen.paint('green', 'yes') : 'no', one.said]);
    screen.print(table(rows, { head: ['type', 'match', 'because'], columns: screen.columns, flexible: 2 }));
    if (type !== undefined)
      screen.print(
        `${screen.paint('bold', 'Next')}  ${screen.paint('cyan', screen.command(`harvest ${url}${more}`))}`,
      );
  }
  return type === undefined ? EXIT.couldNotRun : EXIT.allOk;
}
