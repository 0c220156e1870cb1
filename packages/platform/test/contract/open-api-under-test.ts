import { openApiDocument } from '../../src/contract/open-api-document.ts';

export interface ResponseObject {
  description: string;
  headers: Record<string, { $ref: string }>;
  content: Record<string, { schema: object; examples?: Record<string, { $ref: string }> }>;
}
export interface ParameterObject {
  name: string;
  in: string;
  required: boolean;
  description: string;
  schema: object;
  example?: unknown;
}
export interface OperationObject {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: object[];
  parameters: ParameterObject[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, ResponseObject>;
}
export interface Document {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: Record<string, Record<string, { value?: unknown }>>;
}

// As a client sees it: through JSON.
export const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;

/** As it stands in the document, with references. */
export function writtenOperation(path: string, method: string): OperationObject {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`Cannot find ${method} ${path} in the document`);
  return operation;
}

/** With its parameters and responses instead of references to them. */
export function operationOf(path: string, method: string): OperationObject {
  const operation = writtenOperation(path, method);
  const responses = Object.entries(operation.responses).map(([status, each]) => [status, referred(each)]);
  return {
    ...operation,
    parameters: operation.parameters.map(referred),
    responses: Object.fromEntries(responses),
  };
}

function referred<T extends object>(value: T): T {
  const { $ref } = value as { $ref?: string };
  return $ref === undefined ? value : (at($ref) as T);
}

export function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

export function at(pointer: string): unknown {
  const path = pointer.slice(2).split('/');
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | undefined)?.[name],
    document,
  );
}
