/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; repeated ones joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads every whole final answer (not 100) from what a connection has brought so far. */
export function readAnswers(bytes: Buffer, { isHead = false } = {}): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd === -1) return answers;
    const [statusLine = '', ...lines] = rest.subarray(0, headEnd).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
    if (!Number.isInteger(status)) throw new Error(`not an answer of HTTP: ${statusLine.slice(0, 80)}`);
    const headers = headersOf(lines);
    const isBodyless = isHead || status === 204 || status === 304 || status < 200;
    const body = isBodyless ? { text: '', bytes: 0 } : bodyOf(rest.subarray(headEnd + 4), headers);
    if (body === undefined) return answers;
    if (status >= 200) answers.push({ status, headers, body: body.text });
    rest = rest.subarray(headEnd + 4 + body.bytes);
  }
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`not a header: ${line.slice(0, 80)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

/** The body and the bytes that it takes on the wire; nothing while it is not there whole. */
function bodyOf(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
): { text: string; bytes: number } | undefined {
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(bytes);
  const length = Number(headers['content-length'] ?? 0);
  return bytes.length < length ? undefined : { text: bytes.subarray(0, length).toString(), bytes: length };
}

function chunkedBody(bytes: Buffer): { text: string; bytes: number } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return { text: Buffer.concat(parts).toString(), bytes: next };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
