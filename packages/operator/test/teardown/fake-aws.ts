import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';
import { answerParameters } from './fake-parameters.ts';
import { ACCOUNT, FakeTables, SOURCE_RULE, tableArn } from './fake-tables.ts';

interface FakeResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly policy?: 'RetainExceptOnCreate' | 'Delete';
  status: string;
  reason: string;
}

/** A stack, root or nested, as the fake keeps it. */
export interface FakeStack {
  readonly region: string;
  readonly name: string;
  readonly id: string;
  readonly parentId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly resources: FakeResource[];
  readonly customOutputs?: string;
  status: string;
  isTerminationProtected: boolean;
  updatedAtMs: number;
  /** Looks at it until what is under way has ended. */
  looks: number;
}

/** What of a stage stands when a test begins. */
export interface StageContents {
  readonly project: string;
  readonly stage: string;
  /** The primary first. */
  readonly regions: readonly string[];
  readonly isRetained?: boolean;
  readonly isProtected?: boolean;
  readonly items?: readonly string[];
  readonly stackName?: string;
}

/**
 * As much of AWS as a teardown needs, in memory: root and nested stacks, a table with replicas, parameters, tags. Things
 * go away one look after they were asked to, as on AWS, where nothing is gone at once.
 */
export class FakeAws {
  readonly stacks: FakeStack[] = [];
  readonly dynamoDb = new FakeTables();
  /** Texts of parameters by region and name, as in `eu-west-1/gsp/dev/deployment`. */
  readonly parameters = new Map<string, string>();
  /** ARNs by region that the tagging API tells of beside what stands, and for how many looks it does. */
  readonly stale = new Map<string, { arn: string; looks: number }[]>();
  /** Answers a call before the fake does. */
  intercept: (call: AwsCall) => unknown = () => undefined;
  #now = 1_700_000_000_000;

  /** Puts a deployed stage into the account. */
  deploy(standing: StageContents): void {
    const { project, stage, regions, isRetained = false, isProtected = false, items = [] } = standing;
    const tableName = `${project}-${stage}-items`;
    const [primary = ''] = regions;
    for (const region of regions) {
      this.#now += 1_000;
      const name = standing.stackName ?? `amplify-${stage}-backend-standalone-abc123`;
      const tags = { project, stage, region };
      const nested = this.addStack({ region, name: `${name}-function-X`, tags, parentId: 'root' });
      if (region === primary) {
        const policy = isRetained ? 'RetainExceptOnCreate' : 'Delete';
        const own = this.addStack({ region, name: `${project}-${stage}-table`, tags });
        own.resources.push(
          resource('Items', 'AWS::DynamoDB::GlobalTable', { physicalId: tableName, policy }),
        );
      }
      nested.resources.push(resource('Api', 'AWS::ApiGatewayV2::Api', { physicalId: 'api123' }));
      const root = this.addStack({ region, name, tags, customOutputs: '{}' });
      root.resources.push(resource('function', 'AWS::CloudFormation::Stack', { physicalId: nested.id }));
      this.dynamoDb.tablesIn(region).set(tableName, {
        status: 'ACTIVE',
        isProtected,
        createdAtMs: this.#now,
        items: [`sys#health#${region}`, ...items],
        links: regions.filter((other) => other !== region),
        looks: 0,
      });
    }
    this.parameters.set(`${primary}/${project}/${stage}/deployment`, '{}');
  }

  addStack(stack: {
    region: string;
    name: string;
    tags: Readonly<Record<string, string>>;
    parentId?: string;
    customOutputs?: string;
  }): FakeStack {
    const made: FakeStack = {
      ...stack,
      id: `arn:aws:cloudformation:${stack.region}:${ACCOUNT}:stack/${stack.name}/${this.stacks.length}`,
      resources: [],
      status: 'UPDATE_COMPLETE',
      isTerminationProtected: false,
      updatedAtMs: this.#now,
      looks: 0,
    };
    this.stacks.push(made);
    return made;
  }

  /** What stands of root stacks, as `region/name`. */
  get roots(): string[] {
    return this.stacks
      .filter(({ parentId, status }) => parentId === undefined && status !== 'DELETE_COMPLETE')
      .map(({ region, name }) => `${region}/${name}`);
  }

  readonly answer = (call: AwsCall): unknown => {
    const intercepted = this.intercept(call);
    if (intercepted !== undefined) return intercepted;
    const { action, region, input } = call;
    const text = (key: string) => String(input[key] ?? '');
    switch (action) {
      case 'DescribeStacks':
        return this.#describeStacks(region, input.StackName === undefined ? null : text('StackName'));
      case 'DeleteStack':
        return this.#deleteStack(region, text('StackName'));
      case 'ListStackResources':
        return { StackResourceSummaries: this.#stack(text('StackName'))?.resources.map(summaryOf) ?? [] };
      case 'GetTemplate':
        return { TemplateBody: templateOf(this.#stack(text('StackName'))) };
      case 'DescribeStackEvents':
        return { StackEvents: [] };
      case 'GetResources':
        return {
          ResourceTagMappingList: this.#tagged(region, input).map((ResourceARN) => ({ ResourceARN })),
        };
      default:
        return this.dynamoDb.answer(call) ?? answerParameters(this.parameters, call);
    }
  };

  #stack(id: string): FakeStack | undefined {
    return this.stacks.find((stack) => stack.id === id || stack.name === id);
  }

  #describeStacks(region: string, id: string | null): unknown {
    if (id === null) {
      return { Stacks: this.stacks.filter((stack) => stack.region === region).map(describe) };
    }
    const stack = this.#stack(id);
    if (stack === undefined) return new AwsFault('ValidationError', `Stack with id ${id} does not exist`);
    if (stack.status === 'DELETE_IN_PROGRESS' && stack.looks-- <= 0) this.#endDeletion(stack);
    return { Stacks: [describe(stack)] };
  }

  #deleteStack(region: string, name: string): unknown {
    const stack = this.stacks.find(
      (one) => one.region === region && one.name === name && one.status !== 'DELETE_COMPLETE',
    );
    if (stack !== undefined) {
      stack.status = 'DELETE_IN_PROGRESS';
      stack.looks = 1;
    }
    return {};
  }

  /** As CloudFormation: everything that can go goes, and what cannot makes its stack fail, and that one's parent. */
  #endDeletion(stack: FakeStack): void {
    for (const owned of stack.resources) {
      if (owned.type === 'AWS::CloudFormation::Stack') {
        const nested = this.#stack(owned.physicalId);
        if (nested !== undefined) this.#endDeletion(nested);
        owned.status = nested?.status ?? 'DELETE_COMPLETE';
        owned.reason = owned.status === 'DELETE_FAILED' ? 'The nested stack could not be deleted.' : '';
      } else {
        const reason = this.#deleteOwned(stack.region, owned);
        owned.status = reason === '' ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
        owned.reason = reason;
      }
    }
    const failed = stack.resources.some(({ status }) => status === 'DELETE_FAILED');
    stack.status = failed ? 'DELETE_FAILED' : 'DELETE_COMPLETE';
  }

  /** @returns why it could not go, or an empty text */
  #deleteOwned(region: string, owned: FakeResource): string {
    const table = this.dynamoDb.table(region, owned.physicalId);
    if (table === undefined || owned.policy === 'RetainExceptOnCreate') return '';
    if (table.isProtected) return 'Resource cannot be deleted as it is currently protected against deletion.';
    if (this.dynamoDb.keepsSource()) return SOURCE_RULE;
    for (const other of [region, ...table.links]) this.dynamoDb.tablesIn(other).delete(owned.physicalId);
    return '';
  }

  #tagged(region: string, { TagFilters }: Record<string, unknown>): string[] {
    const wanted = filtersOf(TagFilters);
    const stacks = this.stacks
      .filter((stack) => stack.region === region && stack.status !== 'DELETE_COMPLETE')
      .filter(({ tags }) => wanted.every(([key, values]) => values.includes(tags[key] ?? '')))
      .map(({ id }) => id);
    const values = (key: string) => wanted.find(([name]) => name === key)?.[1][0] ?? '';
    const tableName = `${values('project')}-${values('stage')}-items`;
    const tables = this.dynamoDb.tablesIn(region).has(tableName) ? [tableArn(region, tableName)] : [];
    const stale = (this.stale.get(region) ?? []).filter((entry) => entry.looks-- > 0).map(({ arn }) => arn);
    return [...stacks, ...tables, ...stale];
  }
}

/** Whether the call changes anything on AWS. */
export function isMutating({ action }: AwsCall): boolean {
  return !/^(Describe|List|Get|Scan)/.test(action);
}

function resource(
  logicalId: string,
  type: string,
  { physicalId, policy }: { physicalId: string; policy?: 'RetainExceptOnCreate' | 'Delete' },
): FakeResource {
  return { logicalId, type, physicalId, status: 'CREATE_COMPLETE', reason: '', ...(policy && { policy }) };
}

function describe(stack: FakeStack) {
  const { name, id, parentId, status, tags, customOutputs, isTerminationProtected, updatedAtMs } = stack;
  return {
    StackName: name,
    StackId: id,
    StackStatus: status,
    ParentId: parentId,
    CreationTime: new Date(updatedAtMs),
    LastUpdatedTime: new Date(updatedAtMs),
    EnableTerminationProtection: isTerminationProtected,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Outputs: customOutputs === undefined ? [] : [{ OutputKey: 'customOutputs', OutputValue: customOutputs }],
  };
}

function summaryOf({ logicalId, type, physicalId, status, reason }: FakeResource) {
  return {
    LogicalResourceId: logicalId,
    ResourceType: type,
    PhysicalResourceId: physicalId,
    ResourceStatus: status,
    ResourceStatusReason: reason,
    LastUpdatedTimestamp: new Date(0),
  };
}

function templateOf(stack: FakeStack | undefined): string {
  const entries = stack?.resources.map(({ logicalId, type, policy }) => [
    logicalId,
    { Type: type, ...(policy && { DeletionPolicy: policy }) },
  ]);
  return JSON.stringify({ Resources: Object.fromEntries(entries ?? []) });
}

function filtersOf(filters: unknown): [string, string[]][] {
  if (!Array.isArray(filters)) return [];
  return filters.map(({ Key, Values }: { Key: string; Values: string[] }) => [Key, Values]);
}
