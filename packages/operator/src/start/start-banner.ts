import type { ControlApi } from '@gsp/twin';
import type { TwinState } from '@gsp/twin/control';
import Table from 'cli-table3';

/** What `npm start` prints when every region answers: where everything is, what is missing, how to try it. */
export function startBanner(state: TwinState, control: Pick<ControlApi, 'url' | 'console'>): string {
  return [
    whereToLook(control),
    regionTable(state),
    globalName(state),
    notEmulated(state),
    howToTry(state, control.url),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** By the name that a person types; the address in the ready file is the same server. */
function whereToLook({ console }: Pick<ControlApi, 'console'>): string {
  return console === undefined ? '' : `Open ${console.replace('127.0.0.1', 'localhost')}`;
}

function regionTable(state: TwinState): string {
  const table = new Table({ head: ['Region', 'API', 'DynamoDB', 'Table'], style: { head: [], border: [] } });
  for (const { region, api, dynamodb, tables } of state.regions)
    table.push([region, api, dynamodb, tables.join(', ')]);
  return table.toString();
}

function globalName({ global, dns, edge, timeScale }: TwinState): string {
  if (global === null || dns === null) return '';
  const pace =
    timeScale === 1 ? '' : `; health checks, times to live and schedules pass ${timeScale} times faster`;
  const front = edge === null ? '' : ` is the edge ${edge.names.join(', ')}, which`;
  const text = `All regions together: ${global.url}${front} follows ${global.name}, as DNS at ${dns.host}:${dns.port} answers${pace}.`;
  return edge === null ? text : `${text}\nRegions may refuse what did not come through the edge.`;
}

function notEmulated({ notEmulated: missing }: TwinState): string {
  if (missing.length === 0) return '';
  const lines = missing.map(({ type, count }) => `  ${type}${count > 1 ? ` (${count})` : ''}`);
  return ['In the templates, but not emulated here:', ...lines].join('\n');
}

function howToTry(state: TwinState, controlUrl: string): string {
  const [here, there = here] = state.regions;
  if (here === undefined || there === undefined) return '';
  const fault = (body: object) =>
    `  curl -s ${controlUrl}/_twin/faults -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  // Behind an edge a region answers health checks, and need not answer anything else.
  const [first, second] =
    state.edge === null || state.global === null
      ? [here.api, there.api]
      : [state.global.url, state.global.url];
  const lines = [
    'Try it:',
    `  curl -s ${here.api}/health`,
    `  curl -s ${first}/write -H 'content-type: application/json' -d '{"pk":"demo","data":{"hello":"world"}}'`,
    `  curl -s ${second}/items/demo`,
    ...globalCommands(state),
    `  curl -s ${controlUrl}/_twin/state`,
  ];
  if (there !== here) {
    lines.push(
      fault({ link: [here.region, there.region], kind: 'cut' }),
      fault({ link: [here.region, there.region], kind: 'heal' }),
      fault({ region: here.region, kind: 'kill' }),
      fault({ region: here.region, kind: 'start' }),
    );
  }
  return [...lines, '', `Logs are in ${state.dataDir}/<region>/log.jsonl. Ctrl-C ends everything.`].join(
    '\n',
  );
}

function globalCommands({ global, dns }: TwinState): string[] {
  if (global === null || dns === null) return [];
  return [`  curl -si ${global.url}/health`, `  dig +noall +answer @${dns.host} -p ${dns.port} ${dns.name}`];
}
