import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { useAction } from '../ui/use-action.ts';

/** Says that the twin does not answer and what to run. It lies over the page, so that nothing below it moves. */
export function DisconnectedNotice() {
  const { twin } = usePlatform();
  const { isBusy, run } = useAction(async () => twin?.refresh());
  const isOut = twin !== null && !twin.isConnected;
  return (
    <div className="notice-place" role="status">
      {isOut && (
        <div className="notice">
          <p>
            <strong>The twin does not answer.</strong>{' '}
            {twin.state === null
              ? 'Start it with '
              : 'What is shown is the last that was seen. Start it with '}
            <code>npm start</code>; this page connects again by itself.
          </p>
          <Button size="small" isBusy={isBusy} onClick={() => void run()}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}
