/**
 * The program of one region's process. It runs what the supervisor hands it over the process's own channel and
 * ends when that channel closes: a supervisor that was killed leaves no region, and no engine, behind.
 */
import { identifyProcess, isRunning, type ProcessIdentity } from '../process-identity.ts';
import type { FromRegion, RegionConfig, RegionReport, RegionRequest, ToRegion } from './region-messages.ts';
import { type Region, runRegion } from './run-region.ts';

let region: Region | undefined;
let engine: ProcessIdentity | undefined;

process.on('message', (message: ToRegion) => {
  if (message.type === 'init') void start(message.config);
  else void answer(message.id, message.request);
});

process.on('disconnect', () => {
  if (engine !== undefined && isRunning(engine)) endProcess(engine.pid);
  process.exit(1);
});

async function start(config: RegionConfig): Promise<void> {
  engine = identityOf(config.engine.pid);
  try {
    region = await runRegion(config, (failure) => tell({ type: 'storage', failure }));
    tell({ type: 'ready' });
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
}

async function answer(id: number, request: RegionRequest): Promise<void> {
  // Also while the region is starting.
  if (request.kind === 'set-engine') engine = identityOf(request.pid);
  try {
    const report = await carryOut(request);
    // After a shutdown the supervisor ends the engine itself: nobody writes to it any more then.
    tell({ type: 'reply', id, report }, request.kind === 'shutdown' ? () => process.exit(0) : undefined);
  } catch (error) {
    tell({ type: 'refused', id, message: error instanceof Error ? error.message : String(error) });
  }
}

async function carryOut(request: RegionRequest): Promise<RegionReport> {
  if (region === undefined) throw new Error(`Cannot ${request.kind}: the region is still starting.`);
  const report = region.report();
  switch (request.kind) {
    case 'state':
      return report;
    case 'set-link':
      region.setLink(request.to, request.settings);
      return region.report();
    case 'set-clock':
      region.setClockOffset(request.offsetMs);
      return region.report();
    case 'set-faults':
      region.setFaults(request.faults);
      return region.report();
    case 'set-engine':
      return report;
    case 'swap':
      await region.swap(request.code);
      return region.report();
    case 'shutdown':
      await region.close();
      return report;
  }
}

function tell(message: FromRegion, onSent?: () => void): void {
  if (process.connected) process.send?.(message, () => onSent?.());
}

function identityOf(pid: number | undefined): ProcessIdentity | undefined {
  return pid === undefined ? undefined : identifyProcess(pid);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
