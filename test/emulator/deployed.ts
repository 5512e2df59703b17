/** A test's hands on a deployed stack: the adapters with an administrator's credentials, and the services themselves. */
import { Agent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StartInput } from '../../lambdas/start.ts';
import { createChecks } from '../../lib/aws/checks.ts';
import { createStore } from '../../lib/aws/dynamodb/store.ts';
import { openTable } from '../../lib/aws/dynamodb/table.ts';
import { createExecutions } from '../../lib/aws/executions.ts';
import { createRecords } from '../../lib/aws/records.ts';
import { systemChance, systemClock } from '../../lib/aws/ambient.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import type { Json } from '../../lib/json.ts';
import type { Ports } from '../../lib/ports.ts';
import { DEFAULT_PACE, type Pace } from '../../lib/session/limits.ts';
import type { Session } from '../../lib/session/session.ts';
import type { FunctionName } from '../../lib/infra/function-names.ts';
import { makeHarvester } from '../session/make.ts';
import type { Outputs } from './cdk.ts';
import { askApi } from './http-api.ts';
import type { Emulator } from './ministack.ts';

export interface Deployment extends Pick<Emulator, 'url' | 'authority' | 'certificate' | 'environment'> {
  readonly outputs: Outputs;
}

export type DeployedPorts = Pick<
  Ports,
  'sessions' | 'harvesters' | 'batches' | 'records' | 'executions' | 'checks' | 'clock' | 'chance'
>;

/** Fast enough to watch: no session of these tests lasts longer than a minute when it is well. */
export const QUICK: Pace = {
  ...DEFAULT_PACE,
  estimatedDurationPerResourceSeconds: 0.1,
  bufferTimeSeconds: 90,
  monitorIntervalSeconds: 300,
  batchSize: 5,
  batchesAtOnce: 4,
  requestsPerSecond: 1_000,
  requestSeconds: 20,
  resourceSeconds: 30,
  abortSeconds: 5,
};

/** What the API's answer to a start means. */
const OUTCOMES: Readonly<Record<number, Started['outcome']>> = {
  201: 'started',
  200: 'exists',
  409: 'conflict',
};

export interface Started {
  readonly outcome: 'started' | 'exists' | 'conflict';
  /** Of the session, or of the open one that stands in the way. */
  readonly id: string;
}

export interface Answer<T> {
  readonly value: T | undefined;
  readonly errorMessage: string | undefined;
}

export class Deployed {
  readonly deployment: Deployment;
  readonly outputs: Outputs;
  /** For further clients. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly requestHandler: NodeHttpHandler;
  };
  readonly ports: DeployedPorts;
  readonly lambda: LambdaClient;
  readonly sfn: SFNClient;
  readonly scheduler: SchedulerClient;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly iam: IAMClient;

  constructor(deployment: Deployment) {
    const { url, authority, outputs } = deployment;
    this.deployment = deployment;
    const config = {
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: new NodeHttpHandler({
        httpsAgent: new Agent({ ca: authority, keepAlive: true, maxSockets: 50 }),
      }),
    };
    this.outputs = outputs;
    this.config = config;
    this.lambda = new LambdaClient(config);
    this.sfn = new SFNClient(config);
    this.scheduler = new SchedulerClient(config);
    this.events = new EventBridgeClient(config);
    this.sqs = new SQSClient(config);
    this.s3 = new S3Client({ ...config, forcePathStyle: true });
    this.iam = new IAMClient(config);
    this.ports = {
      ...createStore(openTable(this.output('TableName'), config)),
      records: createRecords({ REEVE_BUCKET: this.output('BucketName') }, this.s3),
      executions: createExecutions({ REEVE_STATE_MACHINE_ARN: this.output('StateMachineArn') }, this.sfn),
      checks: createChecks(this.checksEnvironment(), systemClock, this.scheduler),
      clock: systemClock,
      chance: systemChance,
    };
  }

  output(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new Error(`The stack gives out no ${name}`);
    return value;
  }

  functionArn(name: FunctionName): string {
    return `arn:aws:lambda:us-east-1:000000000000:function:Reeve-${name}`;
  }

  checksEnvironment() {
    return {
      REEVE_MONITOR_ARN: this.functionArn('monitor'),
      REEVE_CHECKS_GROUP: this.output('ChecksGroup'),
      REEVE_CHECKS_ROLE_ARN: this.output('ChecksRoleArn'),
      REEVE_UNDELIVERED_ARN: this.output('UndeliveredQueueArn'),
    };
  }

  async invoke<T>(name: FunctionName, input: unknown): Promise<Answer<T>> {
    const command = new InvokeCommand({
      FunctionName: this.functionArn(name),
      Payload: Buffer.from(JSON.stringify(input)),
    });
    const { FunctionError, Payload } = await this.lambda.send(command);
    const said = JSON.parse(Buffer.from(Payload ?? []).toString('utf8')) as T & { errorMessage?: string };
    return FunctionError === undefined
      ? { value: said, errorMessage: undefined }
      : { value: undefined, errorMessage: said.errorMessage };
  }

  /** A new harvester of a GeoNode, put into the table: the API would refuse a pace whose sessions end before a Lambda's own time limit. */
  async harvester(url: string, pace: Partial<Pace> = {}): Promise<string> {
    const id = `h-${systemChance.token()}`;
    const settings = harvesterType('geonode').settings.parse({}) as Json;
    await this.ports.harvesters.create(
      makeHarvester({ id, remote: { type: 'geonode', url, settings }, pace: { ...QUICK, ...pace } }),
    );
    return id;
  }

  /** Asks the API to start a session. */
  async start({ harvester, key }: Pick<StartInput, 'harvester' | 'key'>): Promise<Started> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const path = `/harvesters/${harvester}/sessions`;
    const { status, body } = await askApi<{ id?: string; session?: string }>(this, 'POST', path, { headers });
    const outcome = OUTCOMES[status];
    const id = outcome === 'conflict' ? body.session?.split('/').at(-1) : body.id;
    if (outcome === undefined || id === undefined)
      throw new Error(`POST ${path} was answered ${status}: ${JSON.stringify(body)}`);
    return { outcome, id };
  }

  /** Starts a session that must start. */
  async started(harvester: string): Promise<Session> {
    const { outcome, id } = await this.start({ harvester });
    if (outcome !== 'started') throw new Error(`The API said ${outcome}`);
    return this.session(id);
  }

  /** Asks the API to abort a session. @returns the status of its answer */
  async abort(id: string): Promise<number> {
    return (await askApi(this, 'POST', `/sessions/${id}/abort`)).status;
  }

  async session(id: string): Promise<Session> {
    const session = await this.ports.sessions.read(id);
    if (session === undefined) throw new Error(`There is no session ${id}`);
    return session;
  }

  closed(id: string, secondsMax = 150): Promise<Session> {
    return this.until(`session ${id} is closed`, secondsMax, async () => {
      const session = await this.session(id);
      return session.closedAt === undefined ? undefined : session;
    });
  }

  async until<T>(what: string, secondsMax: number, look: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + secondsMax * 1_000;
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (Date.now() > end) throw new Error(`Not within ${secondsMax} s: ${what}`);
      await pause(300);
    }
  }

  /** Names of the schedules of a session that are armed. */
  async checksOf(session: string): Promise<string[]> {
    const command = new ListSchedulesCommand({ GroupName: this.output('ChecksGroup'), NamePrefix: session });
    const { Schedules = [] } = await this.scheduler.send(command);
    return Schedules.flatMap(({ Name }) => (Name?.startsWith(session) === true ? [Name] : []));
  }

  /** The harvesters that have a schedule. */
  async recurring(): Promise<string[]> {
    const command = new ListSchedulesCommand({ GroupName: this.output('HarvestsGroup') });
    const { Schedules = [] } = await this.scheduler.send(command);
    return Schedules.flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
  }

  /** What is left of a session that is over, and must not be: its lease, its checks. */
  async leftovers(session: Session): Promise<string[]> {
    const harvester = await this.ports.harvesters.read(session.harvesterId);
    const lease = harvester?.lease === session.id ? ['the lease'] : [];
    return [...lease, ...(await this.checksOf(session.id))];
  }
}
