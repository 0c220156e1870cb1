import type { TopologyInput } from '@gsp/platform/topology';
import { onTestFinished, vi } from 'vitest';
import type { CheckResult } from '../../src/doctor/check-result.ts';
import { type CloudExamination, examineCloud } from '../../src/doctor/examine-cloud.ts';
import type { AwsCall } from '../cloud/aws-wire.ts';
import { type Answers, mainTarget, NAME_SERVERS, startAccount, type WiredAccount } from './wired-account.ts';

/** What an examination is asked for beside stage `main` as it is. */
export type Asked = Partial<Pick<CloudExamination, 'entities' | 'resolveNs' | 'nowMs' | 'signal'>> & {
  readonly topology?: Partial<TopologyInput>;
};

const delegated = async () => [...NAME_SERVERS];

/** An account in which `answers` differ from a fit one; its end and the environment's go with the test. */
export async function openAccount(answers: Answers = {}): Promise<WiredAccount> {
  const account = await startAccount(answers);
  onTestFinished(async () => {
    account.cloud.close();
    await account.wire.close();
    vi.unstubAllEnvs();
  });
  return account;
}

/** Examines an account in which `answers` differ from a fit one. */
export async function examineAccount(answers: Answers = {}, { topology, ...asked }: Asked = {}) {
  const { cloud, wire } = await openAccount(answers);
  const found = await examineCloud({
    target: mainTarget(topology),
    cloud,
    rootDir: '/nowhere',
    entities: [],
    resolveNs: delegated,
    ...asked,
  });
  return { found, wire };
}

/** What is found in such an account. */
export async function findings(answers: Answers = {}, asked: Asked = {}): Promise<readonly CheckResult[]> {
  return (await examineAccount(answers, asked)).found;
}

/** Findings of one check. */
export const of = (check: string, all: readonly CheckResult[]) =>
  all.filter((finding) => finding.check === check);

/** Everything that a finding says, in one line. */
export const text = ({ what, why = '', remedy = '' }: CheckResult) => [what, why, remedy].join(' | ');

export const faults = (all: readonly CheckResult[]) => all.filter(({ level }) => level === 'fault');

/** One answer in a region, and another in the rest. */
export const inRegion = (region: string, answer: unknown, otherwise: unknown) => (call: AwsCall) =>
  call.region === region ? answer : otherwise;

/** What Parameter Store answers with that value. */
export const parameter = (Value: string) => ({ Parameter: { Name: 'version', Value, Version: 1 } });
