import { connect } from 'node:net';
import { type ProbeOptions, type ProbeResult, reasonOf } from './probe.ts';

/** Passes when a connection is made in time. */
export function probeTcp({ host, port, timeouts, signal }: ProbeOptions): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (result: ProbeResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const late = { passed: false, reason: `no connection within ${timeouts.connectMs} ms` };
    const timer = setTimeout(() => end(late), timeouts.connectMs);
    socket.once('connect', () => end({ passed: true, reason: 'connected' }));
    socket.on('error', (error) => end({ passed: false, reason: reasonOf(error) }));
  });
}
