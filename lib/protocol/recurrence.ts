/**
 * Keeps a harvester's schedule as the harvester says. The harvester is written first and its schedule made after it, so a schedule that a death,
 * or two changes at once, left behind is older than the harvester: it is found out and set right by the start that it causes.
 */
import type { Ports } from '../ports.ts';
import { scheduledText } from '../session/names.ts';
import type { Harvester, Recurrence } from '../session/session.ts';
import { dueAt, durationSeconds } from '../settings/duration.ts';

type SchedulePorts = Pick<Ports, 'schedules' | 'sessions' | 'clock'>;

/** Makes the schedule what the harvester says, whatever it was; doing it twice is doing it once. */
export async function keepSchedule(ports: SchedulePorts, harvester: Harvester): Promise<void> {
  const { id, schedule } = harvester;
  if (schedule === undefined || harvester.deletingAt !== undefined) return ports.schedules.remove(id);
  const [newest] = (await ports.sessions.ofHarvester(id)).values;
  const last = newest === undefined ? undefined : await ports.sessions.read(newest);
  return ports.schedules.set({
    harvesterId: id,
    recurrence: schedule,
    from: fromOf(schedule, last?.startedAt, ports.clock.now()),
  });
}

/**
 * Whether a start that a schedule caused is what its harvester wants. A schedule that is not the harvester's is set right here, or removed when
 * there is nothing to harvest any more.
 * @param scheduled the schedule as it was when it was made
 */
export async function isWanted(
  ports: Pick<Ports, 'schedules' | 'clock' | 'log'>,
  scheduled: string,
  { harvesterId, harvester }: { harvesterId: string; harvester: Harvester | undefined },
): Promise<boolean> {
  const schedule = harvester?.deletingAt === undefined ? harvester?.schedule : undefined;
  if (schedule !== undefined && scheduledText(schedule) === scheduled) return true;
  const now = ports.clock.now();
  if (schedule === undefined) await ports.schedules.remove(harvesterId);
  else
    await ports.schedules.set({
      harvesterId,
      recurrence: schedule,
      from: fromOf(schedule, now, now),
    });
  ports.log.warn('a schedule was not as its harvester says; it was set right', {
    harvester: harvesterId,
    scheduled,
    is: schedule === undefined ? 'none' : scheduledText(schedule),
  });
  return false;
}

function fromOf({ every }: Recurrence, lastStartedAt: number | undefined, now: number): number {
  const seconds = durationSeconds(every);
  return seconds === undefined ? now : dueAt(seconds, lastStartedAt, now);
}
