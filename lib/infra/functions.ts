/** One Lambda for each handler: its permissions and its environment follow from the ports that the handler declares. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  type Code,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  COMMON_VARIABLES,
  VARIABLES_OF_PORT,
  type CommonVariable,
  type PortVariable,
} from '../aws/variables.ts';
import type { PortName } from '../ports.ts';
import { lambdaSeconds } from '../session/lambda-seconds.ts';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { GRANTS, type Granted } from './grants.ts';
import { MEMORY_MEGABYTES } from './memory.ts';
import type { Names } from './names.ts';
import { retentionOf } from './retention.ts';
import type { Settings } from './settings.ts';

/** What the stack needs to know of a handler; `lambdas/` is handed in, since `lib` does not import it. */
export type HandlerUses = Readonly<Record<FunctionName, { readonly uses: readonly PortName[] }>>;
export type CodeOf = (name: FunctionName) => Code;
export type Variables = Readonly<Record<CommonVariable | PortVariable, string>>;

/** Called by Scheduler, EventBridge or another Lambda that does not wait: they need a place for the calls that failed. */
export const ASYNCHRONOUS = [
  'start',
  'finalize',
  'monitor',
  'sweep',
] as const satisfies readonly FunctionName[];

export interface FunctionsProps {
  readonly handlers: HandlerUses;
  readonly code: CodeOf;
  readonly names: Names;
  readonly settings: Settings;
  readonly granted: Granted;
  readonly variables: Variables;
  readonly failures: IQueue;
}

export class Functions extends Construct {
  readonly #functions: ReadonlyMap<FunctionName, LambdaFunction>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#functions = new Map(FUNCTION_NAMES.map((name) => [name, this.#create(name, props)]));
  }

  of(name: FunctionName): LambdaFunction {
    const there = this.#functions.get(name);
    if (there === undefined) throw new RangeError(`There is no function ${name}`);
    return there;
  }

  #create(name: FunctionName, props: FunctionsProps): LambdaFunction {
    const { names, settings, failures } = props;
    const concurrency = settings.reservedConcurrency[name];
    const logGroup = new LogGroup(this, `${name}-log`, {
      logGroupName: `/aws/lambda/${names.functionName(name)}`,
      retention: retentionOf(settings.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const created = new LambdaFunction(this, name, {
      functionName: names.functionName(name),
      description: `${Stack.of(this).stackName}: ${name}`,
      code: props.code(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: settings.memoryMegabytes[name] ?? MEMORY_MEGABYTES[name],
      timeout: Duration.seconds(lambdaSeconds(name, settings.limits)),
      role: this.#role(name, props, logGroup),
      environment: environmentOf(props.handlers[name].uses, props.variables),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2:
        settings.logLevel === 'DEBUG' ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      // START, END and REPORT of every call cost more than what the handlers write; CloudWatch counts calls anyway.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency }),
    });
    if ((ASYNCHRONOUS as readonly FunctionName[]).includes(name)) {
      created.configureAsyncInvoke({
        retryAttempts: 2,
        maxEventAge: Duration.hours(6),
        onFailure: new SqsDestination(failures),
      });
    }
    return created;
  }

  /** Not AWS's managed policy, which allows to write to every log group of the account. */
  #role(name: FunctionName, { handlers, granted }: FunctionsProps, logGroup: LogGroup): Role {
    const role = new Role(this, `${name}-role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${Stack.of(this).stackName}: what ${name} may do`,
    });
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const port of handlers[name].uses)
      for (const statement of GRANTS[port](granted)) role.addToPolicy(statement);
    return role;
  }
}

function environmentOf(uses: readonly PortName[], variables: Variables): Record<string, string> {
  const needed = new Set([...COMMON_VARIABLES, ...uses.flatMap((port) => VARIABLES_OF_PORT[port])]);
  return Object.fromEntries([...needed].sort().map((variable) => [variable, variables[variable]]));
}
