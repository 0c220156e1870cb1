import type { OperatorCredentials } from '@gsp/client/operator';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ErrorState } from '../ui/states.tsx';
import { useOperator } from './operator-context.tsx';
import type { FailedRequest } from './use-evacuations.ts';

const NOTHING = { accessKeyId: '', secretAccessKey: '', sessionToken: '' };

/** Says who signs. On a deployed platform, takes the credentials of whoever does. */
export function OperatorFields() {
  const { source, keep } = useOperator();
  const [entered, setEntered] = useState(NOTHING);
  const [isChanging, setChanging] = useState(source === 'missing');
  useEffect(() => {
    if (isChanging) keep(readCredentials(entered));
  }, [isChanging, entered, keep]);

  if (source === 'twin') return <p className="form-text">Signed as the twin’s own operator.</p>;
  if (!isChanging) {
    return (
      <div className="form-row">
        <p className="form-text">
          Signed with the credentials that you entered, kept until this page closes.
        </p>
        <Button size="small" onClick={() => setChanging(true)}>
          Change
        </Button>
      </div>
    );
  }
  const fieldOf = (name: keyof typeof NOTHING) => ({
    value: entered[name],
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { target: { value: string } }) =>
      setEntered((known) => ({ ...known, [name]: event.target.value.trim() })),
  });
  return (
    <fieldset className="fieldset">
      <legend>Temporary AWS credentials</legend>
      <p className="form-text">
        Of someone who has the policy <code>…-operator-&lt;region&gt;</code>; see{' '}
        <code>aws configure export-credentials</code>. They sign in this page, stay in its memory and are gone
        when it closes.
      </p>
      <Field label="Access key id" required {...fieldOf('accessKeyId')} />
      <Field label="Secret access key" type="password" required {...fieldOf('secretAccessKey')} />
      <Field label="Session token" type="password" required {...fieldOf('sessionToken')} />
    </fieldset>
  );
}

/** A refusal with its remedy, or nothing. */
export function OperatorFailure({ failure }: { readonly failure: FailedRequest | null }) {
  if (failure === null) return null;
  return (
    <ErrorState title={failure.message}>{failure.remedy !== null && <p>{failure.remedy}</p>}</ErrorState>
  );
}

/**
 * Takes what was entered for credentials once it is whole. Those without a session token do not expire, and have no
 * business in a web page: they are no credentials here.
 */
export function readCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}): OperatorCredentials | null {
  const isWhole = accessKeyId !== '' && secretAccessKey !== '' && sessionToken !== '';
  return isWhole ? { accessKeyId, secretAccessKey, sessionToken } : null;
}
