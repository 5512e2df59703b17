/** The stack as a template, for tests: synthesised without bundling the Lambdas, and read as a reviewer would. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { HANDLERS } from '../../lambdas/index.ts';
import type { FunctionName } from '../../lib/infra/function-names.ts';
import { settingsFrom } from '../../lib/infra/settings.ts';
import { ReeveStack } from '../../lib/infra/stack.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** @param isValidated by the CDK's own validation of templates, which takes some seconds */
export function stackWith(
  context: Readonly<Record<string, unknown>> = {},
  isValidated = false,
): { app: App; stack: ReeveStack } {
  const app = new App({
    analyticsReporting: false,
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: isValidated,
  });
  const code = () => Code.fromInline('exports.handler = async () => 0');
  return {
    app,
    stack: new ReeveStack(app, 'Reeve', {
      settings: settingsFrom(context, undefined),
      handlers: HANDLERS,
      code,
    }),
  };
}

/** The resources of the stack by logical id. */
export function resourcesWith(
  context: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, Resource>> {
  const { Resources } = Template.fromStack(stackWith(context).stack).toJSON() as {
    Resources: Record<string, Resource>;
  };
  return Resources;
}

/** An intrinsic function as a text to look at: ARNs with `<Id>` for what is referred to. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name === 'Fn::Join')
    return (argument as [string, unknown[]])[1].map(plain).join((argument as [string, unknown[]])[0]);
  return JSON.stringify(value);
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export type Properties = Record<string, unknown>;

/** The stack, by default with its defaults, with its resources looked at by type. */
export class Reading {
  readonly resources: Readonly<Record<string, Resource>>;

  constructor(context: Readonly<Record<string, unknown>> = {}) {
    this.resources = resourcesWith(context);
  }

  ofType(type: string): (readonly [string, Resource])[] {
    return Object.entries(this.resources).filter(([, { Type }]) => Type === type);
  }

  properties(type: string): Properties[] {
    return this.ofType(type).map(([, { Properties }]) => ({ ...Properties }));
  }

  /** The Lambdas of the handlers, by handler; the CDK's own is left out. */
  functions(): ReadonlyMap<string, Properties> {
    const own = this.ofType('AWS::Lambda::Function').filter(
      ([, { Properties }]) => typeof Properties['FunctionName'] === 'string',
    );
    return new Map(
      own.map(([id, { Properties }]) => [
        (Properties['FunctionName'] as string).replace('Reeve-', ''),
        { id, ...Properties },
      ]),
    );
  }

  functionOf(name: FunctionName): Properties {
    return this.functions().get(name) ?? {};
  }

  /** All that a role may do. */
  statementsOf(roleId: string): readonly Statement[] {
    return this.properties('AWS::IAM::Policy')
      .filter(({ Roles }) => (Roles as unknown[]).some((role) => plain(role) === `<${roleId}>`))
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement);
  }

  statementsOfFunction(name: FunctionName): readonly Statement[] {
    return this.statementsOf(plain(this.functionOf(name)['Role']).replace(/^<(.*)\.Arn>$/, '$1'));
  }
}

/** `<action> on <resource>`, one for each. */
export function permissionsIn(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ Action, Resource: on }) =>
    listed(Action).flatMap((action) => listed(on).map((resource) => `${action} on ${plain(resource)}`)),
  );
}

export function listed<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

export const ACCOUNT = '<AWS::Region>:<AWS::AccountId>';
