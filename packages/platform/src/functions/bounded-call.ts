import { createContext, Script } from 'node:vm';
import type { BoundedCall } from '../entities/merge-fields.ts';

const script = new Script('act()');

/**
 * Makes what calls code of a team's own and interrupts it: code that does not wait for anything holds up everything else, and
 * nothing but the engine itself can stop it.
 * https://nodejs.org/api/vm.html#scriptrunincontextcontextifiedobject-options
 *
 * @param limitMs - after which the call throws; what it has done by then stays done
 */
export function createBoundedCall(limitMs: number): BoundedCall {
  const context: { act?: () => unknown } = createContext({});
  return <T>(act: () => T): T => {
    let answer: { readonly value: T } | undefined;
    context.act = () => {
      answer = { value: act() };
    };
    script.runInContext(context, { timeout: limitMs });
    if (answer === undefined) throw new Error('The call was interrupted without an error');
    return answer.value;
  };
}
