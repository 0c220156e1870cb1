import type { TwinView } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';

/** Whether a twin or a deployed platform is looked at, and whether the twin answers. */
export function ConnectionBadge({ twin }: { readonly twin: TwinView | null }) {
  if (twin === null) {
    return (
      <Badge tone="info" dot title="No twin serves this page, so nothing can be broken from here.">
        deployed platform
      </Badge>
    );
  }
  if (!twin.isConnected) {
    return (
      <Badge tone="bad" dot>
        twin, disconnected
      </Badge>
    );
  }
  const { timeScale } = twin.state ?? { timeScale: 1 };
  return (
    <Badge tone="good" dot title="The twin of the platform, on this machine.">
      {timeScale === 1 ? 'twin, live' : `twin, live, time × ${timeScale}`}
    </Badge>
  );
}
