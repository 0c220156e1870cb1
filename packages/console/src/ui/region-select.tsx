import { usePlatform } from '../platform/platform-context.tsx';
import { Select } from './field.tsx';

/** Which region is asked: one by its name, or null for whichever the client chooses. */
export interface RegionSelectProps {
  readonly label: string;
  readonly value: string | null;
  readonly onRegion: (region: string | null) => void;
  readonly testId: string;
}

/** A choice among the regions of the platform, and the client's own. */
export function RegionSelect({ label, value, onRegion, testId }: RegionSelectProps) {
  const { regions } = usePlatform();
  return (
    <Select
      label={label}
      value={value ?? ''}
      data-testid={testId}
      onChange={({ target }) => onRegion(target.value === '' ? null : target.value)}
    >
      <option value="">whichever region the client chooses</option>
      {regions.map((offered) => (
        <option key={offered.region} value={offered.region}>
          {offered.region}
        </option>
      ))}
    </Select>
  );
}
