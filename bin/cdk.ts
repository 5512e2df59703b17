/** The CDK app: `cdk deploy` runs it (cdk.json). Settings come from context, code from the Lambdas' entry points. */
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { HANDLERS } from '../lambdas/index.ts';
import { bundleAll } from '../lib/infra/bundle.ts';
import { settingsFrom } from '../lib/infra/settings.ts';
import { ReeveStack } from '../lib/infra/stack.ts';
import { sentenceOf } from '../lib/session/errors.ts';

const folder = fileURLToPath(new URL('../dist/lambda', import.meta.url));

try {
  const app = new App();
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  const region = process.env['CDK_DEFAULT_REGION'];
  const settings = settingsFrom(app.node.getAllContext() as Record<string, unknown>, account);
  await bundleAll(folder);
  new ReeveStack(app, 'Reeve', {
    settings,
    handlers: HANDLERS,
    code: (name) => Code.fromAsset(`${folder}/${name}`),
    description: 'Reeve harvests remote geospatial and open-data catalogues',
    ...(account !== undefined && region !== undefined ? { env: { account, region } } : {}),
  });
  app.synth();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
