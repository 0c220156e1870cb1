import { usePlatform } from '../platform/platform-context.tsx';
import { Field, Select } from '../ui/field.tsx';
import { streamBounds } from './traffic-stream.ts';
import type { Traffic } from './use-traffic.ts';

const writeShares = [0, 0.1, 0.2, 0.5, 1];

/** How fast the stream goes, what it does, and which way it finds a region. */
export function TrafficControls({ traffic }: { readonly traffic: Traffic }) {
  const { outputs } = usePlatform();
  const { settings, change, path, choosePath } = traffic;
  return (
    <form className="traffic-controls" aria-label="The stream" onSubmit={(event) => event.preventDefault()}>
      <Field
        label="Requests per second"
        type="range"
        min={streamBounds.requestsPerSecondMin}
        max={streamBounds.requestsPerSecondMax}
        value={settings.requestsPerSecond}
        aria-valuetext={`${settings.requestsPerSecond} a second`}
        hint={<span data-testid="traffic-rate-value">{settings.requestsPerSecond} a second</span>}
        data-testid="traffic-rate"
        onChange={({ target }) => change({ ...settings, requestsPerSecond: target.valueAsNumber })}
      />
      <Select
        label="Share of writes"
        value={settings.writeShare}
        data-testid="traffic-write-share"
        onChange={({ target }) => change({ ...settings, writeShare: Number(target.value) })}
      >
        {writeShares.map((share) => (
          <option key={share} value={share}>
            {share * 100} %
          </option>
        ))}
      </Select>
      {outputs.global !== null && (
        <Select
          label="Finds a region by"
          value={path}
          hint={path === 'global' ? 'Waits for health checks and DNS, as clients elsewhere do.' : undefined}
          data-testid="traffic-path"
          onChange={({ target }) => choosePath(target.value === 'global' ? 'global' : 'regional')}
        >
          {!outputs.isEdgeOnly && <option value="regional">the client's own choice</option>}
          <option value="global">DNS, {outputs.global.name}</option>
        </Select>
      )}
    </form>
  );
}
