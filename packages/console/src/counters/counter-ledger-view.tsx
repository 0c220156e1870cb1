import { Badge, type Tone } from '../ui/badge.tsx';
import { Stat, StatList } from '../ui/stat.tsx';
import type { AgreementState } from './counter-agreement.ts';
import type { CounterView } from './use-counter.ts';

const verdicts: Readonly<Record<AgreementState, { readonly tone: Tone; readonly text: string }>> = {
  unknown: { tone: 'neutral', text: 'reading' },
  unreachable: { tone: 'warn', text: 'a region does not answer' },
  behind: { tone: 'info', text: 'on the way' },
  agree: { tone: 'good', text: 'all regions agree' },
  exact: { tone: 'good', text: 'all regions agree, exactly' },
};

/** The sum of what was acknowledged beside what the regions say, and whether they agree. */
export function CounterLedgerView({ counter }: { readonly counter: CounterView }) {
  const { ledger, agreement } = counter;
  const { base, acknowledged, increments, uncertain } = ledger;
  const verdict = verdicts[agreement.state];
  return (
    <div className="counters-ledger">
      <StatList>
        <Stat
          label="Acknowledged here"
          value={<span data-testid="counter-acknowledged">{acknowledged.toLocaleString('en-US')}</span>}
          note={`in ${increments.toLocaleString('en-US')} increments`}
        />
        <Stat
          label="Every region should say"
          value={<span data-testid="counter-expected">{expectedText(counter)}</span>}
          note={base === null ? baseNote(agreement.state) : `it began at ${base.toLocaleString('en-US')}`}
        />
        {uncertain > 0 && (
          <Stat
            label="Without an answer"
            tone="warn"
            value={<span data-testid="counter-uncertain">{uncertain.toLocaleString('en-US')}</span>}
            note="each may have counted, or not"
          />
        )}
      </StatList>
      <p role="status" data-testid="counter-agreement" data-state={agreement.state}>
        <Badge tone={verdict.tone} dot>
          {verdict.text}
        </Badge>
      </p>
    </div>
  );
}

function expectedText({ ledger: { uncertain }, agreement: { expected } }: CounterView): string {
  if (expected === null) return '–';
  const least = expected.toLocaleString('en-US');
  return uncertain === 0 ? least : `${least} to ${(expected + uncertain).toLocaleString('en-US')}`;
}

function baseNote(state: AgreementState): string {
  return state === 'unknown' ? 'reading' : 'the regions did not agree on its first value';
}
