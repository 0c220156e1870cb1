import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';

/** A value of JSON, as far as the document cares. */
export type Json = Record<string, unknown>;

/** A schema of the document, and an example of it where its definition has one. */
export interface DescribedSchema {
  readonly schema: Json;
  readonly example?: unknown;
}

// `input`: what may be left out is optional, and answers may gain members without breaking a client.
const jsonSchemaOptions = { io: 'input', unrepresentable: 'any' } as const;

/**
 * What operations share: each is kept under a name once, and referred to. Schemas that have an `id` in the registry are
 * components by that name.
 */
export class OpenApiComponents {
  readonly #kept: Record<'responses' | 'schemas' | 'examples', Json> = {
    responses: {},
    schemas: {},
    examples: {},
  };

  /** Keeps a component, and gives the reference to it. What was kept under a name stays. */
  keep(kind: 'responses' | 'schemas' | 'examples', name: string, make: () => Json): Json {
    const kept = this.#kept[kind];
    kept[name] ??= make();
    return { $ref: `#/components/${kind}/${name}` };
  }

  /** Turns a schema of the contract into one of the document; the first of its examples is taken out. */
  schemaOf(schema: $ZodType): DescribedSchema {
    const { $defs, examples, ...rest } = this.#jsonSchemaOf(schema);
    for (const [id, definition] of Object.entries(Object($defs)))
      this.keep('schemas', id, () => Object(definition));
    const [example] = Array.isArray(examples) ? examples : [];
    return example === undefined ? { schema: rest } : { schema: rest, example };
  }

  /** Everything that was kept. */
  all(): Readonly<Record<string, Json>> {
    return this.#kept;
  }

  #jsonSchemaOf(schema: $ZodType): Json {
    const { $schema: _dialect, '~standard': _standard, ...json } = z.toJSONSchema(schema, jsonSchemaOptions);
    return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
  }
}
