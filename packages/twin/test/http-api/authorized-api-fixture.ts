import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenSettings } from '@gsp/platform/infra';
import { Template } from 'aws-cdk-lib/assertions';
import { stackOfApiWithTokens } from '../../../platform/test/infra/api-with-tokens.ts';
import type { HttpApiDefinition } from '../../src/http-api/http-api-definition.ts';
import { functionWith, resolveDirectory } from '../assembly/assembly-fixture.ts';

/** What the twin reads of the API that the contract's routes and these tokens synthesize to. */
export function apiDefinitionWith(tokens: TokenSettings | null): HttpApiDefinition {
  const throttle = { rateLimit: 10_000, burstLimit: 5_000 };
  const stack = stackOfApiWithTokens(tokens, { throttle });
  const { Resources } = Template.fromStack(stack).toJSON();
  // Code in a template is not run here; every function gets the form of one with an asset.
  const resources = Object.fromEntries(
    Object.entries<{ Type: string; Properties: { FunctionName?: string } }>(Resources).map(
      ([id, resource]) => [
        id,
        resource.Type === 'AWS::Lambda::Function'
          ? functionWith({}, { FunctionName: resource.Properties.FunctionName })
          : resource,
      ],
    ),
  );
  return resolved(resources);
}

function resolved(Resources: object): HttpApiDefinition {
  const directory = mkdtempSync(join(tmpdir(), 'authorized-api-'));
  try {
    const properties = { templateFile: 'Root.template.json' };
    const environment = 'aws://unknown-account/unknown-region';
    const artifacts = { Root: { type: 'aws:cloudformation:stack', environment, properties } };
    mkdirSync(join(directory, 'asset.c0de'));
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
    writeFileSync(join(directory, properties.templateFile), JSON.stringify({ Resources }));
    const [definition] = resolveDirectory(directory).httpApis;
    if (definition === undefined) throw new Error('no API was synthesized');
    return definition;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
