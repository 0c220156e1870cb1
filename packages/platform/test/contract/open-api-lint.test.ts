// Goal: whoever reads the document with a tool of the trade is told nothing. Method: Redocly's strictest ruleset, as a library.
// Spectral's ruleset `spectral:oas` brings 44 packages, one of which reports to its maker on installation: it is run by hand.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../../src/contract/open-api-document.ts';
import { defineRoute } from '../../src/entities/define-route.ts';
import { note, order } from '../entities/order-entity.ts';

const ship = defineRoute({
  method: 'POST',
  path: '/orders/{id}/shipments',
  summary: 'Ship an order',
  request: z.object({ id: z.string(), parcels: z.int() }),
  response: z.object({ shipped: z.boolean() }),
  handle: () => ({ shipped: true }),
});

async function findingsIn(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const findings = await lintFromString({ source: JSON.stringify(document), config });
  return findings.map(({ ruleId, message, location: [where] }) => `${ruleId} ${where?.pointer}: ${message}`);
}

test('the OpenAPI document breaks no rule of a linter', async () => {
  expect(await findingsIn(openApiDocument())).toEqual([]);
});

test('the OpenAPI document of entities and routes breaks none either', async () => {
  expect(await findingsIn(openApiDocument({ entities: { order, note }, routes: { ship } }))).toEqual([]);
});

test('the linter finds what was planted', async () => {
  const { paths, ...rest } = openApiDocument();
  const path = Object(paths)['/write'];
  const post = { ...path.post, responses: { 200: { $ref: '#/components/responses/nothing' } } };
  const found = await findingsIn({ ...rest, paths: { ...Object(paths), '/write': { ...path, post } } });
  expect(found.join('\n')).toMatch(/no-unresolved-refs.*\n?.*write/);
});
